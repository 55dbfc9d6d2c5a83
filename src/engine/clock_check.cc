#include "engine/clock_check.h"

#include <algorithm>
#include <unordered_set>

#include "base/time_math.h"

namespace rota::engine {
namespace {

constexpr std::size_t kPage = 500;
constexpr Duration kRetry = std::chrono::seconds{1};

class Check {
 public:
  Check(store::Store& store, ScheduleCache& schedules, const std::function<Instant()>& now,
        Duration ahead)
      : store_(store), schedules_(schedules), now_(now), ahead_(ahead) {}

  Result<CursorCheck> run() {
    // Their cursors are of a schedule that they have no more.
    const auto unplanned = store_.load_unplanned(kClockCheckTasksMax);
    if (!unplanned) return fail(unplanned.error());
    for (const store::UnplannedTask& one : *unplanned) unplanned_.insert(one.task.id.value);
    TaskQuery query;
    query.active = true;
    query.order = TaskOrder::kNextScheduled;
    query.limit = kPage;
    for (std::size_t looked = 0; looked < kClockCheckTasksMax; looked += kPage) {
      const auto page = store_.list_tasks(query);
      if (!page) return fail(page.error());
      const Instant now = now_();  // after reading, so that no cursor has moved on since
      for (const TaskView& view : page->rows) look_at(view, now);
      query.cursor = page->next_cursor;
      if (query.cursor.empty()) break;
    }
    return std::move(found_);
  }

 private:
  void look_at(const TaskView& view, Instant now) {
    const auto& cursor = view.execution.next_scheduled_at;
    if (!cursor || *cursor <= now || *cursor == kForever) return;
    if (unplanned_.contains(view.task.id.value)) return;
    const auto schedule = schedules_.find(view.task);
    if (!schedule || schedule->runs_at_start()) return;
    const auto next = schedule->next(base::later(now, ahead_));
    if (!next || *cursor <= *next) return;
    if (schedule->counts_from_finish()) {
      found_.sooner.push_back({view.task.id, view.task.version, *next, {}});
      return;
    }
    if (!found_.set_back) found_.set_back = ClockSetBack{*cursor, 0};
    found_.set_back->decided_until = std::min(found_.set_back->decided_until, *cursor);
    ++found_.set_back->tasks;
  }

  store::Store& store_;
  ScheduleCache& schedules_;
  const std::function<Instant()>& now_;
  const Duration ahead_;
  std::unordered_set<std::int64_t> unplanned_;
  CursorCheck found_;
};

}  // namespace

Result<CursorCheck> check_cursors(store::Store& store, ScheduleCache& schedules,
                                  const std::function<Instant()>& now, Duration ahead) {
  return Check(store, schedules, now, ahead).run();
}

SteadyTime ClockCheck::run_once() {
  const SteadyTime steady = core_.clock.steady_now();
  if (core_.clock_doubted.exchange(false)) {
    const auto found = check_cursors(
        core_.store, core_.schedules, [this] { return core_.time.now(); },
        core_.options.look_ahead);
    if (!found) {
      core_.complain("next slots could not be compared with the clock; trying again",
                     found.error());
      core_.clock_doubted = true;
      return steady + kRetry;
    }
    if (!found->sooner.empty()) {
      const auto saved = core_.store.save_plans(found->sooner);
      if (!saved) core_.complain("tasks could not be planned after the clock", saved.error());
    }
    core_.set_clock_set_back(found->set_back);
    if (found->set_back) {
      known_ = true;
      core_.logger.warning(
          kLogChannel,
          "the clock was set back: slots up to this time are decided already and do not run again",
          {{"until", format_utc(found->set_back->decided_until)},
           {"tasks", found->set_back->tasks}});
    }
  }
  const auto set_back = core_.clock_set_back();
  if (set_back) return core_.time.steady_of(set_back->decided_until);
  if (std::exchange(known_, false)) {
    core_.logger.info(kLogChannel, "the clock is where it was before it was set back");
  }
  return base::Service::kNever;
}

}  // namespace rota::engine
