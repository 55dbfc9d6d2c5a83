// Most tasks are done with at once: where no date of their calendar changes, no slot can.
#include "preview/calendar_change.h"

#include <map>

#include "preview/tried_schedule.h"

namespace rota::preview {
namespace {

using calendar::EffectiveCalendar;

/// One calendar as it is and as it would be.
struct CalendarPair {
  std::shared_ptr<const EffectiveCalendar> before;
  std::shared_ptr<const EffectiveCalendar> after;
  bool differs = false;
};

class Preview {
 public:
  Preview(const CalendarSet& before, const CalendarSet& after, Instant now,
          const PreviewLimits& limits)
      : before_(before), after_(after), limits_(limits), slots_left_(limits.slots_total_max) {
    found_.from = now;
    found_.until = now + limits.each.window;
  }

  void look_at(const Task& task) {
    ++found_.looked_at;
    const CalendarPair& pair = pair_of(task.calendar_id);
    if (!pair.differs) return;
    time_up_ = time_up_ || (limits_.is_time_up && limits_.is_time_up());
    if (slots_left_ == 0 || time_up_) {
      ++found_.not_compared;
      return;
    }
    const auto old_one = tried_schedule(task, pair.before);
    const auto new_one = tried_schedule(task, pair.after);
    const Side before{old_one ? &*old_one : nullptr, pair.before.get()};
    const Side after{new_one ? &*new_one : nullptr, pair.after.get()};
    take(task, compare(before, after, found_.from, limits_.each));
  }

  CalendarPreview finish() { return std::move(found_); }

 private:
  // Slots may be moved by at most some months, so dates far outside the window do not count.
  static constexpr std::chrono::days kAround{400};

  const CalendarPair& pair_of(std::optional<CalendarId> id) {
    const std::int64_t key = id ? id->value : 0;
    const auto known = pairs_.find(key);
    if (known != pairs_.end()) return known->second;
    CalendarPair pair{before_.effective(id), after_.effective(id), false};
    const LocalDate today{std::chrono::floor<std::chrono::days>(found_.from).time_since_epoch()};
    for (auto date = today - kAround; date <= today + kAround && !pair.differs;
         date += std::chrono::days{1}) {
      pair.differs = pair.before->is_working_day(date) != pair.after->is_working_day(date);
    }
    return pairs_.emplace(key, std::move(pair)).first->second;
  }

  void take(const Task& task, ScheduleDifference difference) {
    slots_left_ -= std::min(slots_left_, difference.slots_read);
    if (difference.until < found_.until) ++found_.shortened;
    if (difference.appear + difference.vanish + difference.move == 0) return;
    ++found_.changed;
    found_.appear += difference.appear;
    found_.vanish += difference.vanish;
    found_.move += difference.move;
    if (found_.tasks.size() == limits_.tasks_listed_max) return;
    found_.tasks.push_back({task.id, task.name, task.timezone, std::move(difference)});
  }

  const CalendarSet& before_;
  const CalendarSet& after_;
  const PreviewLimits& limits_;
  std::size_t slots_left_;
  bool time_up_ = false;
  CalendarPreview found_;
  std::map<std::int64_t, CalendarPair> pairs_;
};

}  // namespace

Result<CalendarPreview> preview_calendar_change(store::Store& store, const CalendarSet& before,
                                                const CalendarSet& after, Instant now,
                                                const PreviewLimits& limits,
                                                const Progress& progress) {
  Preview preview(before, after, now, limits);
  TaskQuery query;
  query.active = true;
  query.limit = 1'000;
  std::int64_t done = 0;
  do {
    const auto page = store.list_tasks(query);
    if (!page) return fail(page.error());
    for (const TaskView& view : page->rows) preview.look_at(view.task);
    done += static_cast<std::int64_t>(page->rows.size());
    if (progress) progress(done, page->total);
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  return preview.finish();
}

}  // namespace rota::preview
