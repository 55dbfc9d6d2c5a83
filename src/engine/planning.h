// The planning duty: follow changes, then claim. One thread does both, so that a claim and the
// withdrawal of a claim can never cross.
#pragma once

#include <atomic>

#include "engine/change_follower.h"
#include "engine/claimer.h"
#include "engine/executor.h"

namespace rota::engine {

class Planning {
 public:
  Planning(Core& core, Executor& executor, std::function<void()> on_claimed);

  /// Changes from before the start are followed once, then each as it is noticed.
  Result<void> start() { return changes_.start(); }
  SteadyTime run_once();
  /// Any thread: tasks or queued runs may have changed.
  void note_change();
  /// Any thread: something will be due to be claimed for that moment.
  void note_due(Instant at);
  base::Service& service() { return service_; }

 private:
  void look_elsewhere();

  Core& core_;
  Executor& executor_;
  ChangeFollower changes_;
  Claimer claimer_;
  std::atomic<bool> changed_{true};
  SteadyTime poll_at_{};
  base::Service service_;
};

}  // namespace rota::engine
