// Whether a failed run is tried again, and when: a pure function of the task and the run.
#pragma once

#include <optional>
#include <string>

#include "rota/run.h"
#include "rota/task.h"

namespace rota::model {

/// The attempt that follows.
struct Retry {
  Instant available_at{};
  std::string reason;  ///< "attempt 2 of 3, after 30 s".
};

/// How long to wait after attempt number `attempt` (1, 2, ...) failed. Exponential doubles with
/// each attempt; neither exceeds retry_delay_max_s (where that is not 0).
Duration retry_delay(const Task& task, int attempt);

/// None when the status needs no retry, the attempts are used up or another cannot help.
std::optional<Retry> plan_retry(const Task& task, const Run& run, RunStatus status,
                                bool worth_a_retry, Instant now);

}  // namespace rota::model
