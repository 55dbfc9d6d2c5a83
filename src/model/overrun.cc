#include "model/overrun.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_math.h"

namespace rota::model {
namespace {

std::string slots_text(std::int64_t count) {
  return count == 1 ? "1 slot of the last hour was left out"
                    : fmt::format("{} slots of the last hour were left out", count);
}

}  // namespace

std::optional<std::string> overrun_advice(const OverrunSigns& signs, Instant now) {
  if (signs.left_out <= 0) return std::nullopt;
  const Duration longest =
      std::max(signs.took.value_or(Duration{0}), signs.period.value_or(Duration{0}));
  const Duration news =
      std::max(kOverrunNews, 3 * std::min<Duration>(longest, std::chrono::hours{24 * 30}));
  if (base::between(signs.last_left_out, now) > news) return std::nullopt;
  if (signs.took && signs.period && *signs.took >= *signs.period) {
    return fmt::format(
        "runs take longer than the period: the last took {}, slots come every {}; {}",
        format_duration(*signs.took), format_duration(*signs.period), slots_text(signs.left_out));
  }
  if (signs.left_out < kOverrunSlots) return std::nullopt;
  return fmt::format("slots come before earlier runs of the task have ended; {}",
                     slots_text(signs.left_out));
}

}  // namespace rota::model
