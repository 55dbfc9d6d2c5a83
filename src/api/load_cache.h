// Keeps answers that are dear to compute for a few seconds, and computes one at a time: a page that
// is opened by many costs one walk through all schedules, and never more than one core.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "rota/result.h"

namespace rota::api {

class LoadCache {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  static constexpr std::chrono::seconds kKept{5};
  static constexpr std::size_t kAnswersMax = 16;

  explicit LoadCache(Now now = &std::chrono::steady_clock::now) : now_(std::move(now)) {}

  /// The answer known by `key`, or a new one. Errors are not kept. Blocks while another thread
  /// computes. Thread rule: any thread.
  Result<std::string> get(const std::string& key,
                          const std::function<Result<std::string>()>& compute);

 private:
  struct Kept {
    std::string key;
    std::string answer;
    std::chrono::steady_clock::time_point until;
  };

  const Now now_;
  std::mutex mutex_;
  std::deque<Kept> kept_;  // oldest first
};

}  // namespace rota::api
