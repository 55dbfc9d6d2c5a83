// Timeouts of executing runs: asks each to stop when its time is up, and gives it up when it has
// not ended some seconds after that. Runs on a thread of its own, since a handler's stop callback
// runs there and may be slow.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "base/service.h"
#include "rota/task.h"

namespace rota::engine {

/// Thread rule: any thread.
class Deadlines {
 public:
  using Act = std::function<void()>;
  explicit Deadlines(const Clock& clock)
      : clock_(clock), service_(clock, [this] { return run_once(); }) {}

  void add(RunId run, SteadyTime at, Act act);
  void remove(RunId run, SteadyTime at);
  SteadyTime run_once();
  base::Service& service() { return service_; }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::pair<SteadyTime, std::int64_t>, Act> pending_;
  base::Service service_;
};

}  // namespace rota::engine
