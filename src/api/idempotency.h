// "Run now" pressed twice, or sent anew because the answer got lost: a client that names its
// request (Idempotency-Key) gets the first answer instead of a second run. Kept in memory, so gone
// with the process, and bounded in bytes for each user and in all: of a request only a hash is
// kept, and of a long answer all but its body.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "api/router.h"

namespace rota::api {

inline constexpr std::size_t kIdempotencyKeyMax = 200;  // bytes

struct IdempotencyLimits {
  std::size_t body_bytes_max = 2048;  ///< A longer answer is made anew from what it was about.
  /// Then the user's oldest are forgotten.
  std::size_t bytes_per_user_max = 2 * 1024 * 1024;
  /// Then the oldest of the user who has most.
  std::size_t bytes_max = 16 * 1024 * 1024;
};

class IdempotentAnswers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// The body that belongs to an answer which was too long to keep, by its Location.
  using Remake = std::function<std::string(const net::Response& kept)>;
  static constexpr std::chrono::hours kKept{24};

  explicit IdempotentAnswers(IdempotencyLimits limits = {},
                             std::function<Time()> now = &std::chrono::steady_clock::now)
      : limits_(limits), now_(std::move(now)) {}

  /// `answer`, or what it was for the same key, person and address before. kInvalidArgument for a
  /// key that is none, or was used with another body; kStale while the first is still under way.
  /// Only success is kept. Without a key: just `answer`. Thread rule: any thread.
  Result<net::Response> once(const Exchange& exchange, const Answer& answer, const Remake& remake);

  /// What it takes in memory, as far as it is counted.
  std::size_t bytes() const;

 private:
  struct Kept {
    std::string request_hash;
    std::string user;
    std::optional<net::Response> response;  ///< None: under way.
    bool without_body = false;              ///< The response's body was too long.
    Time until{};
    std::size_t bytes = 0;
  };
  struct Share {
    std::deque<std::uint64_t> finished;  ///< Numbers, oldest first.
    std::size_t bytes = 0;
  };
  using Key = std::string;

  /// The answer that is kept, or none: the caller makes it.
  Result<std::optional<Kept>> begin(const Key& key, const std::string& user,
                                    std::string request_hash);
  void end(const Key& key, const Result<net::Response>& response);
  void keep(Kept& kept, std::size_t bytes);
  void make_room(const std::string& user);
  void forget(std::uint64_t number);
  void erase(const Key& key);

  const IdempotencyLimits limits_;
  const std::function<Time()> now_;
  mutable std::mutex mutex_;
  std::unordered_map<Key, Kept> kept_;
  std::unordered_map<std::string, Share> shares_;  ///< By user.
  std::map<std::uint64_t, Key> finished_;          ///< Those with an answer, oldest first.
  std::uint64_t number_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace rota::api
