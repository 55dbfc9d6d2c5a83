// Slows guessing down: after a few failures under one key (an account, an address) the next try
// must wait, and each further failure doubles the wait. Time is an argument; what it remembers is
// bounded, and the longest quiet keys are forgotten first.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "rota/time.h"

namespace rota::accounts {

struct ThrottleRule {
  int free = 5;                                      ///< Failures before there is any wait.
  Duration first = std::chrono::seconds{1};          ///< The wait after one more.
  Duration most = std::chrono::minutes{15};          ///< It grows no further.
  Duration forget_after = std::chrono::minutes{60};  ///< Without a failure.
  std::size_t keys_max = 10'000;
};

/// Thread rule: any thread.
class Throttle {
 public:
  explicit Throttle(ThrottleRule rule = {}) : rule_(rule) {}

  /// How long the next try under that key must wait; zero: it may come.
  Duration wait(std::string_view key, Instant now) const;
  /// Counts a failure. Called before the try, so that many at once cannot slip through.
  void count(std::string_view key, Instant now);
  /// The try succeeded or was not made: takes back its own count and no other, so that nobody's
  /// success hides what others guessed.
  void take_back(std::string_view key);
  std::size_t size() const;

 private:
  struct Entry {
    int failures = 0;
    Instant last{};
    Instant before_last{};
  };
  Duration pause_after(int failures) const;
  void make_room(Instant now);

  const ThrottleRule rule_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

/// The key of an address: itself, or for IPv6 its /64, which is one household's.
std::string address_key(std::string_view address);

}  // namespace rota::accounts
