// A few threads for answers that read the database, so that the event loop never waits. What waits
// is bounded: beyond it the server says that it is busy.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rota::api {

class WorkPool {
 public:
  /// kBackground gives way to other threads, such as those that start runs on time.
  enum class ThreadPriority { kServing, kBackground };

  WorkPool(std::size_t threads, std::size_t waiting_max,
           ThreadPriority priority = ThreadPriority::kServing);
  ~WorkPool();  ///< stop()

  /// False when too much waits already, or it was stopped; then `work` is not run.
  bool try_run(std::function<void()> work);

  /// Finishes what has begun, drops the rest, ends the threads. Idempotent.
  void stop();

 private:
  void work_until_stopped();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace rota::api
