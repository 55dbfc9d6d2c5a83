// Follows changes of tasks, whoever made them: only the changed task is planned anew, from now on
// (it has no missed past); runs it had claimed for slots that are gone are withdrawn; what waits
// goes on with the new configuration. A wrong row marks its task and stops nothing else.
#pragma once

#include <functional>
#include <span>

#include "engine/core.h"

namespace rota::engine {

class ChangeFollower {
 public:
  struct Outcome {
    bool more = false;    ///< A limit was reached: come again at once.
    bool failed = false;  ///< The database did not answer: come again soon.
  };
  explicit ChangeFollower(Core& core) : core_(core) {}

  /// Changes from before are no news.
  Result<void> start();
  Outcome run_once();

 private:
  Result<bool> follow_changes();
  Result<bool> follow_plans();
  Result<bool> follow_calendars();
  Result<void> mend_chains(std::span<const store::UnplannedTask> changed,
                           std::span<const store::PlanUpdate> plans);
  store::PlanUpdate plan(const store::UnplannedTask& changed,
                         std::vector<store::RunKey>& withdrawn);
  std::optional<Instant> first_slot(const store::UnplannedTask& changed, const Schedule& schedule);
  void withdraw(const Task& task, const Schedule* schedule, std::vector<store::RunKey>& withdrawn);

  Core& core_;
  std::int64_t seen_seq_ = 0;
};

}  // namespace rota::engine
