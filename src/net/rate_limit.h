// So many requests a second from one address, with a reserve for a page that asks for much at once.
// A bucket per address as one moment (the time at which it will be full again); one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rota::net {

struct RateLimits {
  double per_second = 200;
  double burst = 2000;               ///< At once, after a while without any.
  std::size_t addresses_max = 8192;  ///< Remembered; beyond it unknown ones share one bucket.
  bool limits_own_machine = false;   ///< 127.0.0.0/8 and ::1, too.
};

class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RateLimit(RateLimits limits) : limits_(limits) {}

  /// Counts one request of that address's client (client_of). None: go on; else how long to wait
  /// before the next can be answered.
  std::optional<std::chrono::milliseconds> take(std::string_view address, Time now);

  std::size_t addresses() const { return full_at_.size(); }

 private:
  Time& bucket_of(std::string_view address, Time now);
  void forget_full_ones(Time now);

  const RateLimits limits_;
  std::unordered_map<std::string, Time> full_at_;
  Time shared_{};
  Time cleaned_{};
};

}  // namespace rota::net
