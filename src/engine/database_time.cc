#include "engine/database_time.h"

#include <algorithm>

#include "base/time_math.h"

namespace rota::engine {
namespace {

/// Smaller steps are the readings' own noise, or the clock being slewed.
constexpr Duration kJump = std::chrono::milliseconds{20};

/// Far enough for any slot, near enough to add to any steady time.
constexpr Instant kFarthest = kForever;

}  // namespace

DatabaseTime::DatabaseTime(const Clock& clock)
    : clock_(clock), offset_us_(wall_offset().count()), wall_offset_us_(offset_us_.load()) {}

Duration DatabaseTime::wall_offset() const {
  return clock_.now().time_since_epoch() - clock_.steady_now().time_since_epoch();
}

void DatabaseTime::learn(SteadyTime sent, Instant database_now, SteadyTime received) {
  const Duration low = database_now.time_since_epoch() - received.time_since_epoch();
  const Duration high = database_now.time_since_epoch() - sent.time_since_epoch();
  const Duration wall = wall_offset();
  // The readings of two clocks are not made at once; allow for that.
  constexpr Duration kReading = std::chrono::microseconds{200};
  const bool same_clock = wall >= low - kReading && wall <= high + kReading;
  offset_us_.store(same_clock ? wall.count() : (low + (high - low) / 2).count());
  wall_offset_us_.store(wall.count());
}

SteadyTime DatabaseTime::steady_of(Instant at) const {
  return SteadyTime{base::earlier(std::min(at, kFarthest), offset()).time_since_epoch()};
}

bool DatabaseTime::wall_clock_jumped() const {
  const Duration moved = wall_offset() - Duration{wall_offset_us_.load()};
  return moved > kJump || moved < -kJump;
}

}  // namespace rota::engine
