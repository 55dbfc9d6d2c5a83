// The bounds of fields that rota/task.h and rota/calendar.h do not name already. The database's
// CHECK constraints say the same for those who write SQL; a test of the store holds both together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rota::model {

inline constexpr std::size_t kTypeMax = 100;          // characters
inline constexpr std::size_t kQueueMax = 100;         // characters
inline constexpr std::size_t kOwnerMax = 200;         // characters
inline constexpr std::size_t kTagsMax = 500;          // characters
inline constexpr std::size_t kPauseReasonMax = 500;   // characters
inline constexpr std::size_t kDescriptionMax = 2000;  // characters
inline constexpr std::size_t kTimezoneMax = 64;       // characters

inline constexpr std::int64_t kJitterMax = 86'400;             // a day
inline constexpr std::int64_t kCatchUpWindowMax = 31'622'400;  // 366 days
inline constexpr std::int64_t kTimeoutMax = 2'678'400;         // 31 days
inline constexpr std::int64_t kAttemptsMax = 100;
inline constexpr std::int64_t kRetryDelayMax = 86'400;      // a day
inline constexpr std::int64_t kRetryDelayCapMax = 604'800;  // a week
inline constexpr std::int64_t kFailuresMax = 1000;
inline constexpr std::int64_t kKeepRunsMax = 1'000'000;
inline constexpr std::int64_t kBacklogMin = 1;
inline constexpr std::int64_t kBacklogMax = 1000;

inline constexpr std::size_t kWeekendMax = 100;   // bytes
inline constexpr std::size_t kFeedUrlMax = 2000;  // characters
inline constexpr std::size_t kDivisionMax = 100;  // characters
inline constexpr std::int64_t kFeedRefreshMin = 60;
inline constexpr std::int64_t kFeedRefreshMax = 31'622'400;  // 366 days

/// The last result and the error of a run: longer texts are cut, not refused.
inline constexpr std::size_t kResultTextMax = 4000;  // bytes

}  // namespace rota::model
