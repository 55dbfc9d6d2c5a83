#include "preview/load.h"

#include <algorithm>
#include <map>
#include <queue>

#include "preview/tried_schedule.h"
#include "schedule/zone.h"

namespace rota::preview {
namespace {

using schedule::Zone;

constexpr std::int64_t kHourUs = 3'600'000'000;
constexpr std::int64_t kDayUs = 24 * kHourUs;
constexpr std::size_t kLooksAtTimeEvery = 4096;  // slots

std::int64_t micros_of(Instant at) { return at.time_since_epoch().count(); }

/// The window as instants: [begin, end).
struct Stretch {
  const Zone* zone = nullptr;
  Instant begin{};
  Instant end{};

  static Result<Stretch> of(const LoadWindow& window) {
    const auto zone = Zone::find(window.timezone);
    if (!zone) return fail(zone.error());
    const auto midnight = [&](int day) {
      const std::int64_t local = (window.from.time_since_epoch().count() + day) * kDayUs;
      return Instant{Duration{(*zone)->first_instant(local)}};
    };
    return Stretch{*zone, midnight(0), midnight(window.days)};
  }
};

/// Walks the slots of all active tasks, task by task.
class Walk {
 public:
  Walk(store::Store& store, const Stretch& stretch, const LoadLimits& limits)
      : store_(store), stretch_(stretch), limits_(limits) {}

  /// `see(task, at)` is called for every slot. Errors: those of the store.
  template <class See>
  Result<void> run(See see) {
    auto calendars = CalendarSet::load(store_);
    if (!calendars) return fail(calendars.error());
    calendars_ = std::move(*calendars);
    TaskQuery query;
    query.active = true;
    query.limit = 1'000;
    do {
      const auto page = store_.list_tasks(query);
      if (!page) return fail(page.error());
      for (const TaskView& view : page->rows) {
        if (is_over()) return {};
        ++tasks_;
        walk_task(view, see);
      }
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    return {};
  }

  std::size_t tasks() const { return tasks_; }
  bool shortened() const { return shortened_; }

 private:
  bool is_over() {
    over_ =
        over_ || total_ >= limits_.slots_total_max || (limits_.is_time_up && limits_.is_time_up());
    shortened_ = shortened_ || over_;
    return over_;
  }

  template <class See>
  void walk_task(const TaskView& view, See& see) {
    const Task& task = view.task;
    const auto schedule = tried_schedule(task, calendar_of(task.calendar_id));
    if (!schedule) return;
    // Slots of a pause do not run.
    Instant from = stretch_.begin;
    if (task.paused_until) from = std::max(from, *task.paused_until);
    if (schedule->counts_from_finish()) {  // only the next one is known
      const auto next = view.execution.next_scheduled_at;
      if (next && *next >= from && *next < stretch_.end) see(task, *next);
      return;
    }
    std::size_t count = 0;
    for (auto at = schedule->next(from - Duration{1}); at && *at < stretch_.end;
         at = schedule->next(*at)) {
      see(task, *at);
      ++total_;
      if (++count >= limits_.slots_each_max) {
        shortened_ = true;
        return;
      }
      if (total_ % kLooksAtTimeEvery == 0 && is_over()) return;
    }
  }

  std::shared_ptr<const WorkingCalendar> calendar_of(std::optional<CalendarId> id) {
    const std::int64_t key = id ? id->value : 0;
    const auto known = built_.find(key);
    if (known != built_.end()) return known->second;
    return built_.emplace(key, calendars_.effective(id)).first->second;
  }

  store::Store& store_;
  const Stretch& stretch_;
  const LoadLimits& limits_;
  CalendarSet calendars_;
  std::map<std::int64_t, std::shared_ptr<const WorkingCalendar>> built_;
  std::size_t tasks_ = 0;
  std::size_t total_ = 0;
  bool over_ = false;
  bool shortened_ = false;
};

}  // namespace

Result<Load> count_load(store::Store& store, const LoadWindow& window, const LoadLimits& limits) {
  const auto stretch = Stretch::of(window);
  if (!stretch) return fail(stretch.error());
  Load load;
  for (int day = 0; day < window.days; ++day) {
    load.days.push_back({window.from + std::chrono::days{day}, {}});
  }
  const std::int64_t first = window.from.time_since_epoch().count() * kDayUs;
  Walk walk(store, *stretch, limits);
  const auto done = walk.run([&](const Task&, Instant at) {
    const std::int64_t since =
        std::max<std::int64_t>(stretch->zone->to_local(micros_of(at)) - first, 0);
    const auto day = static_cast<std::size_t>(since / kDayUs);
    if (day >= load.days.size()) return;
    ++load.days[day].hours[static_cast<std::size_t>(since % kDayUs / kHourUs)];
  });
  if (!done) return fail(done.error());
  load.tasks = walk.tasks();
  load.shortened = walk.shortened();
  return load;
}

Result<DueSlots> list_due(store::Store& store, const LoadWindow& window,
                          const std::optional<DueSlot>& after, std::size_t limit,
                          const LoadLimits& limits) {
  const auto stretch = Stretch::of(window);
  if (!stretch) return fail(stretch.error());
  DueSlots found;
  std::priority_queue<DueSlot> first;  // the latest on top, to be pushed out
  Walk walk(store, *stretch, limits);
  const auto done = walk.run([&](const Task& task, Instant at) {
    ++found.total;
    DueSlot slot{at, task.id, {}};
    if (after && !(*after < slot)) return;
    if (first.size() == limit) {
      found.more = true;
      if (!(slot < first.top())) return;
      first.pop();
    }
    slot.name = task.name;
    first.push(std::move(slot));
  });
  if (!done) return fail(done.error());
  for (; !first.empty(); first.pop()) found.slots.push_back(first.top());
  std::ranges::reverse(found.slots);
  found.shortened = walk.shortened();
  return found;
}

std::string local_text(Instant at, const std::string& timezone) {
  const auto zone = Zone::find(timezone);
  const std::int64_t local = zone ? (*zone)->to_local(micros_of(at)) : micros_of(at);
  std::string text = format_utc(std::chrono::floor<std::chrono::seconds>(Instant{Duration{local}}));
  text.resize(std::min<std::size_t>(text.size(), 19));
  std::ranges::replace(text, 'T', ' ');
  return text;
}

}  // namespace rota::preview
