#include "engine/change_follower.h"

#include <algorithm>

#include "base/time_math.h"
#include "engine/left_out.h"
#include "model/catch_up.h"

namespace rota::engine {
namespace {

constexpr std::size_t kBatch = 500;

bool is_slot(const Run& run) {
  return run.cause == RunCause::kSchedule || run.cause == RunCause::kCatchUp;
}

}  // namespace

Result<void> ChangeFollower::start() {
  const auto last = core_.store.last_change_seq();
  if (!last) return fail(last.error());
  seen_seq_ = *last;
  return {};
}

ChangeFollower::Outcome ChangeFollower::run_once() {
  Outcome outcome;
  for (const auto& step : {&ChangeFollower::follow_changes, &ChangeFollower::follow_calendars,
                           &ChangeFollower::follow_plans}) {
    const auto more = (this->*step)();
    if (!more) {
      core_.complain("changes could not be followed; trying again", more.error());
      outcome.failed = true;
    } else if (*more) {
      outcome.more = true;
    }
  }
  return outcome;
}

/// Tells subscribers, and forgets the waiting runs of removed tasks.
Result<bool> ChangeFollower::follow_changes() {
  const auto changes = core_.store.load_changes(seen_seq_, kBatch);
  if (!changes) return fail(changes.error());
  for (const store::TaskChange& change : *changes) {
    seen_seq_ = change.seq;
    const bool removed = change.op == "delete";
    if (removed) core_.held.withdraw(change.task_id, [](const Run&) { return false; });
    core_.events.publish(removed ? Event::Kind::kTaskRemoved : Event::Kind::kTaskChanged,
                         change.task_id, {}, change.at);
  }
  return changes->size() >= kBatch;
}

/// Forgets what was known about calendars before their tasks are marked, so that these are planned
/// by the new days.
Result<bool> ChangeFollower::follow_calendars() {
  if (const auto asked = core_.calendars.refresh(); !asked) return fail(asked.error());
  const auto marks = core_.store.mark_calendar_changes();
  if (!marks) return fail(marks.error());
  if (!marks->calendars.empty()) {
    core_.logger.info(kLogChannel, "calendars have changed: their tasks are planned anew",
                      {{"calendars", static_cast<std::int64_t>(marks->calendars.size())},
                       {"tasks", marks->tasks}});
  }
  return false;
}

Result<bool> ChangeFollower::follow_plans() {
  const auto changed = core_.store.load_unplanned(kBatch);
  if (!changed) return fail(changed.error());
  if (changed->empty()) return false;
  std::vector<store::RunKey> withdrawn;
  std::vector<store::PlanUpdate> plans;
  for (const store::UnplannedTask& task : *changed) plans.push_back(plan(task, withdrawn));
  if (!withdrawn.empty()) {
    // Before the new plan is saved: it may want the same slot, as a skip or as a run.
    const auto gone = core_.store.withdraw(core_.session.node(), withdrawn);
    if (!gone && gone.error().code != ErrorCode::kStale) return fail(gone.error());
  }
  if (const auto saved = core_.store.save_plans(plans); !saved) return fail(saved.error());
  if (const auto mended = mend_chains(*changed, plans); !mended) return fail(mended.error());
  const Instant now = core_.time.now();
  for (const store::PlanUpdate& update : plans) {
    core_.events.publish(Event::Kind::kTaskPlanned, update.task_id, {}, now);
  }
  return changed->size() >= kBatch;
}

/// A task that counts from its finish was left to the result of its run; where that result was
/// stored before the plan, nobody else would give it a next slot.
Result<void> ChangeFollower::mend_chains(std::span<const store::UnplannedTask> changed,
                                         std::span<const store::PlanUpdate> plans) {
  std::vector<store::PlanUpdate> mended;
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const Task& task = changed[i].task;
    if (plans[i].next_scheduled_at || !task.active || core_.held.holds_task(task.id)) continue;
    const auto schedule = core_.schedules.find(task);
    if (!schedule || !schedule->counts_from_finish()) continue;
    mended.push_back({task.id, task.version, schedule->next(core_.time.now()), {}});
  }
  return mended.empty() ? Result<void>() : core_.store.save_plans(mended);
}

store::PlanUpdate ChangeFollower::plan(const store::UnplannedTask& changed,
                                       std::vector<store::RunKey>& withdrawn) {
  const Task& task = changed.task;
  store::PlanUpdate update{task.id, task.version, std::nullopt, {}};
  const auto schedule = core_.schedules.find(task);
  if (!schedule) {
    update.schedule_error = schedule.error().message;
    core_.logger.warning(kLogChannel, "this task cannot be planned until it is corrected",
                         {{"task_id", task.id.value}, {"error", update.schedule_error}});
  }
  if (core_.held.holds_task(task.id)) {
    core_.held.refresh(std::make_shared<const Task>(task));
    withdraw(task, schedule ? &*schedule : nullptr, withdrawn);
  }
  if (schedule && task.active) update.next_scheduled_at = first_slot(changed, *schedule);
  if (update.next_scheduled_at) {
    update.skipped = left_out(*schedule, core_.time.now(), *update.next_scheduled_at);
  }
  return update;
}

/// From the change on, so that no slot falls between it and this plan; but never from longer ago
/// than the grace: what changed while no server ran has no missed past. A slot that came due just
/// before the change, and that the new schedule has too, is not lost either.
std::optional<Instant> ChangeFollower::first_slot(const store::UnplannedTask& changed,
                                                  const Schedule& schedule) {
  const Instant now = core_.time.now();
  const Duration grace = core_.options.misfire_grace;
  const auto& old = changed.execution.next_scheduled_at;
  if (schedule.counts_from_finish()) {
    if (core_.held.holds_task(changed.task.id)) return std::nullopt;  // its result will tell
    const auto next = schedule.next(now);
    return old && *old > now && next ? std::min(*old, *next) : next;
  }
  const bool just_due = old && *old <= now && *old > base::earlier(now, grace);
  if (just_due && schedule.next(*old - Duration{1}) == *old) return old;
  const auto next =
      schedule.next(std::clamp(changed.task.updated_at, base::earlier(now, grace), now));
  if (!next && schedule.runs_at_start()) return kForever;
  return next;
}

void ChangeFollower::withdraw(const Task& task, const Schedule* schedule,
                              std::vector<store::RunKey>& withdrawn) {
  const Instant now = core_.time.now();
  const auto keep = [&](const Run& run) {
    // What is due already gets its decision when it fires.
    if (!is_slot(run) || run.scheduled_for <= now) return true;
    if (!task.active || model::is_paused_at(task, run.scheduled_for) || !schedule) return false;
    if (run.cause == RunCause::kCatchUp || schedule->counts_from_finish()) return true;
    return schedule->runs_at_start() ||
           schedule->next(run.scheduled_for - Duration{1}) == run.scheduled_for;
  };
  for (const store::RunKey& key : core_.held.withdraw(task.id, keep)) withdrawn.push_back(key);
}

}  // namespace rota::engine
