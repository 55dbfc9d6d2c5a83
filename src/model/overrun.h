// Whether a task's runs take longer than its slots lie apart: judged by what was left out lately,
// said in one sentence, and over by itself once nothing is left out any more.
#pragma once

#include <optional>
#include <string>

#include "rota/time.h"

namespace rota::model {

/// What was left out longer ago than this is no news any more, unless runs take longer still.
inline constexpr Duration kOverrunNews = std::chrono::minutes{10};
/// So many slots left out in an hour are worth a word, however long the last run took.
inline constexpr std::int64_t kOverrunSlots = 10;

struct OverrunSigns {
  std::int64_t left_out = 0;  ///< Slots, in the hour up to the last of them.
  Instant last_left_out{};
  std::optional<Duration> took;    ///< The last finished run.
  std::optional<Duration> period;  ///< The shortest time between its next slots.
};

/// "runs take longer than the period: the last took 10 s, slots come every 1 s, and 3,240 of the
/// last hour were left out"; none: there is nothing to say.
std::optional<std::string> overrun_advice(const OverrunSigns& signs, Instant now);

}  // namespace rota::model
