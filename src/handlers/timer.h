// Calls functions later, from one thread of its own that starts with the first call. For handlers
// that wait without holding a worker.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "rota/time.h"

namespace rota::handlers {

/// Thread-safe. Destroying it drops what has not been called; no call runs after that.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();
  /// Calls `work` from the timer's thread; it must return at once and not throw.
  void call_after(Duration delay, std::function<void()> work);

 private:
  using Moment = std::chrono::steady_clock::time_point;
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::multimap<Moment, std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace rota::handlers
