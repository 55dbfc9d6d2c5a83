// The database's clock, read without asking the database. Leases and slots are in its time; a node
// keeps the offset from its own steady clock, learnt from heartbeats. Each heartbeat proves an
// interval in which the offset lies (the answer was made between sending and receiving). The
// machine's own wall clock is believed where it lies inside that interval, as it always does when
// the database is a file on this machine; otherwise the middle of the interval is taken.
#pragma once

#include <atomic>

#include "rota/clock.h"

namespace rota::engine {

/// Thread rule: any thread.
class DatabaseTime {
 public:
  explicit DatabaseTime(const Clock& clock);

  /// A heartbeat: sent and received by the steady clock, `database_now` made in between.
  void learn(SteadyTime sent, Instant database_now, SteadyTime received);

  Instant now() const { return instant_of(clock_.steady_now()); }
  Instant instant_of(SteadyTime at) const { return Instant{at.time_since_epoch() + offset()}; }
  /// When that instant comes by the steady clock, as far as is known now. Never overflows.
  SteadyTime steady_of(Instant at) const;
  Duration offset() const { return Duration{offset_us_.load(std::memory_order_relaxed)}; }
  /// Whether the wall clock was set since the last heartbeat: time to ask the database again.
  bool wall_clock_jumped() const;

 private:
  Duration wall_offset() const;

  const Clock& clock_;
  std::atomic<std::int64_t> offset_us_;
  std::atomic<std::int64_t> wall_offset_us_;
};

}  // namespace rota::engine
