// The last hour minute by minute, for a chart: how many runs ended, and how late they began. Rows
// of `run` are exact but there may be millions of them; the engine's counters, sampled now and
// then, stand in for the minutes that the newest rows do not reach.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "rota/scheduler.h"

namespace rota::api {

struct ActivityMinute {
  Instant at{};  ///< When the minute began.
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::optional<Duration> lateness_p99;  ///< None: nothing began.
};

inline constexpr std::size_t kActivityMinutes = 60;

/// Counts what has been sampled. Thread rule: any thread.
class Activity {
 public:
  /// Adds what the counters have grown by since the sample before.
  void sample(const EngineStatus& status, Instant now);

  /// Sixty minutes, the present one last. `newest`, runs from the newest down, is taken for those
  /// minutes that it covers; `complete`: there are no older ones.
  std::vector<ActivityMinute> last_hour(Instant now, std::span<const Run> newest,
                                        bool complete) const;

 private:
  mutable std::mutex mutex_;
  std::optional<EngineStatus> before_;
  std::map<Instant, ActivityMinute> minutes_;
};

}  // namespace rota::api
