// Fires held runs at their exact instant, from memory. Nothing is started once the lease may have
// ended. The wait is on the steady clock, aimed anew after every look at the time.
#pragma once

#include "engine/executor.h"

namespace rota::engine {

class Firing {
 public:
  Firing(Core& core, Executor& executor)
      : core_(core), executor_(executor), service_(core.clock, [this] { return run_once(); }) {}
  SteadyTime run_once();
  base::Service& service() { return service_; }

 private:
  Core& core_;
  Executor& executor_;
  base::Service service_;
};

}  // namespace rota::engine
