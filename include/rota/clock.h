// The clock is passed in, so that a year can be simulated in a second. SystemClock is the real one;
// ManualClock stands still until a test moves it.
#pragma once

#include <atomic>

#include "rota/time.h"

namespace rota {

/// Reads time. Thread rule: every method may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall time in UTC. May jump when somebody sets the machine's clock.
  virtual Instant now() const = 0;
  /// Time that only goes forward, also counting while the machine sleeps (CLOCK_BOOTTIME).
  virtual SteadyTime steady_now() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
  SteadyTime steady_now() const override;
};

/// A clock for tests and simulations: both times move only when told to.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : wall_us_(start.time_since_epoch().count()) {}
  Instant now() const override { return Instant{Duration{wall_us_.load()}}; }
  SteadyTime steady_now() const override { return SteadyTime{Duration{steady_us_.load()}}; }
  /// Both times pass, as on a good day.
  void advance(Duration by) {
    wall_us_ += by.count();
    steady_us_ += by.count();
  }
  /// Advances to that wall time; does nothing when it is already past.
  void advance_to(Instant at) {
    if (at > now()) advance(at - now());
  }
  /// Somebody sets the wall clock: only the wall time moves, in either direction.
  void jump_wall(Duration by) { wall_us_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_us_;
  std::atomic<std::int64_t> steady_us_{0};
};

}  // namespace rota
