// "@reboot": tasks that are due once when a server starts. Their cursor stands at kForever, so an
// ordinary look-ahead never meets them; this pass does, once, after the start.
#pragma once

#include <functional>

#include "engine/core.h"

namespace rota::engine {

class BootRuns {
 public:
  BootRuns(Core& core, std::function<void()> on_claimed)
      : core_(core), on_claimed_(std::move(on_claimed)) {}
  /// Claims one run of each such task, for the moment the server started. Returns when it wants
  /// to be called again: never, once all are claimed.
  SteadyTime run_once();

 private:
  Result<bool> claim_page();

  Core& core_;
  const std::function<void()> on_claimed_;
  std::optional<Instant> started_at_;
  std::string cursor_;
  bool done_ = false;
};

}  // namespace rota::engine
