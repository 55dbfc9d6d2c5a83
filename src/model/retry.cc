#include "model/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace rota::model {

Duration retry_delay(const Task& task, int attempt) {
  const std::int64_t first = std::max<std::int64_t>(task.retry_delay_s, 0);
  std::int64_t cap = task.retry_delay_max_s;
  if (cap <= 0) cap = std::numeric_limits<std::int32_t>::max();
  std::int64_t delay = std::min(first, cap);
  if (task.retry_backoff == RetryBackoff::kExponential) {
    for (int i = 1; i < attempt && delay > 0 && delay < cap; ++i) delay = std::min(delay * 2, cap);
  }
  return std::chrono::seconds{delay};
}

std::optional<Retry> plan_retry(const Task& task, const Run& run, RunStatus status,
                                bool worth_a_retry, Instant now) {
  if (status != RunStatus::kFailed && status != RunStatus::kTimedOut) return std::nullopt;
  if (!worth_a_retry || run.attempt >= task.attempts_max) return std::nullopt;
  const Duration delay = retry_delay(task, run.attempt);
  return Retry{now + delay, fmt::format("attempt {} of {}, {} after attempt {} {}", run.attempt + 1,
                                        task.attempts_max, format_duration(delay), run.attempt,
                                        status == RunStatus::kFailed ? "failed" : "timed out")};
}

}  // namespace rota::model
