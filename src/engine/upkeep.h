// The slow duties: rescue what dead nodes held, and remove old history.
#pragma once

#include "engine/core.h"

namespace rota::engine {

/// Declares expired nodes dead and decides their runs.
class Rescuer {
 public:
  Rescuer(Core& core, std::function<void()> on_rescued)
      : core_(core), on_rescued_(std::move(on_rescued)) {}
  SteadyTime run_once();

 private:
  void restart_chains();

  Core& core_;
  const std::function<void()> on_rescued_;
};

/// Removes finished runs that are too old or too many, a bounded number at a time.
class Janitor {
 public:
  explicit Janitor(Core& core) : core_(core) {}
  SteadyTime run_once();

 private:
  store::Retention retention_now();

  Core& core_;
  bool first_ = true;
};

}  // namespace rota::engine
