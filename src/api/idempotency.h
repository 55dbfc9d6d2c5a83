// "Run now" pressed twice, or sent again because the answer got lost: a client that names its
// request (Idempotency-Key) gets the first answer again instead of a second run. Kept in memory, so
// bounded and gone with the process.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

#include "api/router.h"

namespace rota::api {

inline constexpr std::size_t kIdempotencyKeyMax = 200;  // bytes

class IdempotentAnswers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::hours kKept{24};

  explicit IdempotentAnswers(std::size_t answers_max = 10'000,
                             std::function<Time()> now = &std::chrono::steady_clock::now)
      : answers_max_(answers_max), now_(std::move(now)) {}

  /// `answer`, or what it was for the same key, person and address before. kInvalidArgument for a
  /// key that is none, or was used with another body; kStale while the first is still under way.
  /// Only success is kept. Without a key: just `answer`. Thread rule: any thread.
  Result<net::Response> once(const Exchange& exchange, const Answer& answer);

 private:
  struct Kept {
    std::string body;
    std::optional<net::Response> response;  ///< None: under way.
    Time until{};
  };
  using Key = std::string;

  /// The answer that is kept, or none: the caller makes it.
  Result<std::optional<net::Response>> begin(const Key& key, const std::string& body);
  void end(const Key& key, const Result<net::Response>& response);
  void forget_old();

  const std::size_t answers_max_;
  const std::function<Time()> now_;
  std::mutex mutex_;
  std::unordered_map<Key, Kept> kept_;
  std::deque<Key> order_;  // of those with an answer, oldest first
};

}  // namespace rota::api
