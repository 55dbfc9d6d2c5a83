// Who goes first when workers are scarce. Waiting ages: every second of it is worth one step of
// priority. All waiting runs age alike, so their order never changes and one number, worked out
// once, says it: a run is overtaken only by those that come less than the difference of priorities
// in seconds later. Nothing starves.
#pragma once

#include "rota/task.h"
#include "rota/time.h"

namespace rota::model {

/// One step of priority equals this much waiting.
inline constexpr Duration kAgeingStep = std::chrono::seconds{1};

/// The lower, the sooner. `ready_since` is when the run could first have started.
constexpr Instant ready_rank(int priority, Instant ready_since) {
  return ready_since + kAgeingStep * (priority - kPriorityMost);
}

}  // namespace rota::model
