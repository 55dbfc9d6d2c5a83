// A few threads for answers that read the database, so that the event loop never waits. What waits
// has a queue for each holder (a user, or an address where nobody is known yet), and the threads
// take from these in turns; no holder has more than its share of threads at work. So one that asks
// for much that is slow keeps others waiting for nothing but its own share.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace rota::api {

struct WorkLimits {
  std::size_t threads = 4;
  std::size_t at_work_per_holder_max =
      2;  ///< Below `threads`, or there is nothing left for others.
  std::size_t waiting_per_holder_max = 64;
  std::size_t waiting_max = 512;
};

class WorkPool {
 public:
  /// kBackground gives way to other threads, such as those that start runs on time.
  enum class ThreadPriority { kServing, kBackground };
  enum class Verdict { kAccepted, kHolderFull, kFull };

  explicit WorkPool(WorkLimits limits, ThreadPriority priority = ThreadPriority::kServing);
  ~WorkPool();  ///< stop()

  /// Other than kAccepted: a bound was reached, or it was stopped; then `work` is not run.
  Verdict try_run(const std::string& holder, std::function<void()> work);

  /// When that holder's queue should have room again, by how long work has taken lately: 1 to 60 s.
  std::chrono::seconds expected_wait(const std::string& holder) const;

  /// Finishes what has begun, drops the rest, ends the threads. Idempotent.
  void stop();

 private:
  struct Queue {
    std::deque<std::function<void()>> waiting;
    std::size_t at_work = 0;
    bool has_turn = false;  ///< Stands in turns_.
  };
  using Queues = std::unordered_map<std::string, Queue>;

  void work_until_stopped();
  void give_turn(Queues::value_type& entry);
  void note_duration(std::chrono::duration<double> taken);

  const WorkLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Queues queues_;                          ///< Of holders with anything waiting or at work.
  std::deque<Queues::value_type*> turns_;  ///< Those whose work may begin, next one first.
  std::size_t waiting_ = 0;
  double seconds_each_ = 0.01;  ///< How long work takes, as a moving average.
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace rota::api
