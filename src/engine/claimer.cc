#include "engine/claimer.h"

#include <algorithm>
#include <iterator>

#include "base/time_math.h"
#include "engine/left_out.h"

namespace rota::engine {
namespace {

/// Rounds are at least this far apart, so that many slots share one write. Well below the
/// look-ahead: nothing is claimed late for it.
constexpr Duration kQuantum = std::chrono::milliseconds{250};
constexpr Duration kNoRoomWait = std::chrono::milliseconds{50};

}  // namespace

SteadyTime Claimer::run_once() {
  const SteadyTime steady = core_.clock.steady_now();
  if (core_.draining || !core_.session.may_start()) return steady + kQuantum;
  Round round;
  round.now = core_.time.now();
  round.horizon = base::later(round.now, core_.options.look_ahead);
  const std::size_t held = core_.held.size();
  round.room = core_.options.held_runs_max - std::min(held, core_.options.held_runs_max);
  if (round.room == 0) return steady + kNoRoomWait;
  const HeldRuns::ClaimInFlight in_flight(core_.held);
  // First what was given back: it takes its place before more of its task is planned.
  if (const auto done = claim_queued(round); !done) return after_error(done.error());
  if (round.room > 0) {
    if (const auto done = claim_due(round); !done) return after_error(done.error());
  }
  failing_ = false;
  return next_time(round);
}

Result<void> Claimer::claim_due(Round& round) {
  const std::size_t limit = std::min(core_.options.claim_batch, round.room) + deferred_last_;
  const auto due = core_.store.load_due(round.horizon, limit);
  if (!due) return fail(due.error());
  for (const store::DueTask& task : *due) plan(task, round);
  deferred_last_ = std::min(round.deferred_count, core_.options.held_runs_max);
  const bool progress = !round.claims.empty() || !round.unplannable.empty();
  if (due->size() >= limit && (progress || round.deferred_count == due->size())) round.more = true;
  return write(round);
}

void Claimer::plan(const store::DueTask& due, Round& round) {
  const auto schedule = core_.schedules.find(due.task);
  if (!schedule) {
    round.unplannable.push_back(
        {due.task.id, due.task.version, std::nullopt, schedule.error().message});
    return;
  }
  PlanInput input{due.task,
                  due.next_scheduled_at,
                  round.now,
                  round.horizon,
                  core_.options.misfire_grace,
                  std::min(round.room, core_.options.claim_batch),
                  schedule->counts_from_finish(),
                  core_.outage()};
  if (due.task.overlap == Overlap::kQueue) {
    input.places = core_.held.places(due.task.id, due.task.backlog_max);
    const auto since = awaiting_.find(due.task.id.value);
    if (since != awaiting_.end()) input.awaits_since = since->second;
  }
  SlotPlan plan = plan_slots(input, [&](Instant after) { return schedule->next(after); });
  note_awaiting(due.task.id, plan.awaits_place, round.now);
  if (plan.awaits_place) note_deferred(round, round.now + kQuantum);
  if (plan.slots.empty() && plan.next == due.next_scheduled_at) {
    ++round.deferred_count;
    if (!plan.awaits_place) note_deferred(round, *plan.next);
    return;
  }
  const auto runs = std::count_if(plan.slots.begin(), plan.slots.end(),
                                  [](const store::PlannedSlot& slot) { return !slot.skip; });
  round.room -= std::min(round.room, static_cast<std::size_t>(runs));
  count_skips(plan);
  if (plan.next && *plan.next <= round.horizon && !plan.awaits_place) round.more = true;
  std::vector<store::SkippedRange> skipped = std::move(plan.ranges);
  if (plan.next)
    std::ranges::move(left_out(*schedule, due.next_scheduled_at, *plan.next),
                      std::back_inserter(skipped));
  round.claims.push_back({due.task.id, due.task.version, due.next_scheduled_at, plan.next,
                          due.task.priority, std::move(plan.slots), std::move(skipped)});
  round.tasks.push_back(due.task);
}

void Claimer::count_skips(const SlotPlan& plan) {
  for (const store::PlannedSlot& slot : plan.slots) {
    if (slot.skip) core_.counters.add_skipped(slot.kind, 1);
  }
  for (const store::SkippedRange& range : plan.ranges) {
    core_.counters.add_skipped(range.kind, static_cast<std::uint64_t>(range.slots));
  }
}

void Claimer::note_deferred(Round& round, Instant until) {
  round.deferred = std::min(round.deferred.value_or(until), until);
}

void Claimer::note_awaiting(TaskId task, bool awaits, Instant now) {
  if (awaits) {
    // Tasks that were removed meanwhile are never asked about: they must not pile up.
    if (awaiting_.size() >= core_.options.held_runs_max) awaiting_.clear();
    awaiting_.try_emplace(task.value, now);
  } else if (!awaiting_.empty()) {
    awaiting_.erase(task.value);
  }
}

Result<void> Claimer::write(Round& round) {
  if (!round.unplannable.empty()) {
    if (auto saved = core_.store.save_plans(round.unplannable); !saved) return saved;
  }
  if (round.claims.empty()) return {};
  const auto claimed = core_.store.claim_slots(core_.session.node(), round.claims);
  if (!claimed) return fail(claimed.error());
  take_in(*claimed, round.tasks);
  announce(round);
  return {};
}

Result<void> Claimer::claim_queued(Round& round) {
  const std::size_t limit = std::min(core_.options.claim_batch, (round.room + 1) / 2);
  if (limit == 0) return {};
  const auto queued = core_.store.claim_queued(core_.session.node(), round.horizon, limit);
  if (!queued) return fail(queued.error());
  take_in(queued->runs, queued->tasks);
  round.room -= std::min(round.room, queued->runs.size());
  if (queued->runs.size() >= limit) round.more = true;
  return {};
}

void Claimer::take_in(std::span<const store::ClaimedRun> runs, std::span<const Task> tasks) {
  if (core_.held.add(runs, tasks) > 0) on_claimed_();
}

void Claimer::announce(const Round& round) {
  for (const store::SlotClaim& claim : round.claims) {
    core_.events.publish(Event::Kind::kTaskPlanned, claim.task_id, {}, round.now);
  }
}

SteadyTime Claimer::next_time(const Round& round) {
  const SteadyTime steady = core_.clock.steady_now();
  if (round.more) return steady;
  SteadyTime next = base::later(steady, core_.options.poll);
  const auto due = core_.store.next_due_after(round.horizon);
  if (!due) return after_error(due.error());
  if (*due) {
    next = std::min(next, core_.time.steady_of(base::earlier(**due, core_.options.look_ahead)));
  }
  next = std::max(next, steady + kQuantum);
  if (round.deferred) {
    next = std::min(next, std::max(core_.time.steady_of(*round.deferred), steady));
  }
  return next;
}

SteadyTime Claimer::after_error(const Error& error) {
  if (error.code == ErrorCode::kStale) core_.session.doubt();
  if (!failing_) core_.complain("nothing could be claimed; trying again", error);
  failing_ = true;
  return core_.clock.steady_now() + kQuantum;
}

}  // namespace rota::engine
