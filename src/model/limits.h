// The bounds of a task's fields that rota/task.h does not name already. The database's CHECK
// constraints say the same for those who write SQL; a test of the store holds both together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rota::model {

inline constexpr std::size_t kTypeMax = 100;          // characters
inline constexpr std::size_t kQueueMax = 100;         // characters
inline constexpr std::size_t kOwnerMax = 200;         // characters
inline constexpr std::size_t kTagsMax = 1000;         // characters
inline constexpr std::size_t kPauseReasonMax = 1000;  // characters
inline constexpr std::size_t kDescriptionMax = 10000;
inline constexpr std::size_t kTimezoneMax = 100;

inline constexpr std::int64_t kJitterMax = 86'400;              // a day
inline constexpr std::int64_t kCatchUpWindowMax = 315'360'000;  // ten years
inline constexpr std::int64_t kTimeoutMax = 31'536'000;         // a year
inline constexpr std::int64_t kAttemptsMax = 1000;
inline constexpr std::int64_t kRetryDelayMax = 2'592'000;  // thirty days
inline constexpr std::int64_t kFailuresMax = 1'000'000;
inline constexpr std::int64_t kKeepRunsMax = 1'000'000'000;

/// The last result and the error of a run: longer texts are cut, not refused.
inline constexpr std::size_t kResultTextMax = 4000;  // bytes

}  // namespace rota::model
