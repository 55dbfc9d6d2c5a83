// Plans and claims ahead: takes the tasks whose next slot is near, decides their slots, and writes
// runs, skips and cursors in one statement; then takes queued runs. Firing happens from memory.
#pragma once

#include <functional>
#include <unordered_map>

#include "engine/core.h"
#include "engine/planner.h"

namespace rota::engine {

class Claimer {
 public:
  Claimer(Core& core, std::function<void()> on_claimed)
      : core_(core), on_claimed_(std::move(on_claimed)) {}
  /// One batch; returns when it wants to be called next.
  SteadyTime run_once();

 private:
  struct Round {
    Instant now{};
    Instant horizon{};
    std::size_t room = 0;             // how many more runs may be held
    bool more = false;                // a limit was reached: come again at once
    std::optional<Instant> deferred;  // the soonest moment at which a slot may be decided
    std::size_t deferred_count = 0;
    std::vector<store::SlotClaim> claims;
    std::vector<store::PlanUpdate> unplannable;
    std::vector<Task> tasks;
  };

  Result<void> claim_due(Round& round);
  Result<void> claim_queued(Round& round);
  void plan(const store::DueTask& due, Round& round);
  Result<void> write(Round& round);
  void take_in(std::span<const store::ClaimedRun> runs, std::span<const Task> tasks);
  SteadyTime next_time(const Round& round);
  SteadyTime after_error(const Error& error);
  void count_skips(const SlotPlan& plan);
  void note_deferred(Round& round, Instant until);
  /// Remembers since when slots of a task await a place; forgets it once none does.
  void note_awaiting(TaskId task, bool awaits, Instant now);
  void announce(const Round& round);

  Core& core_;
  const std::function<void()> on_claimed_;
  std::size_t deferred_last_ = 0;
  std::unordered_map<std::int64_t, Instant> awaiting_;  // by task
  bool failing_ = false;
};

}  // namespace rota::engine
