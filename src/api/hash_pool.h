// The few threads that hash passwords, and who may use them next (accounts/turn_queue.h). What
// waits is bounded; who is refused is told when it can be tried anew.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "accounts/turn_queue.h"

namespace rota::api {

/// Thread rule: any thread.
class HashPool {
 public:
  explicit HashPool(const accounts::TurnLimits& limits);
  ~HashPool();  ///< stop()

  /// Nothing: it was taken, and exactly one of its functions will be called, on any thread, unless
  /// the pool is stopped. Else how long until there is room for it: then neither is called.
  std::optional<std::chrono::seconds> try_wait(const accounts::Place& place,
                                               accounts::Waiting waiting);

  /// Until those who wait in that class now will have had their turns.
  std::chrono::seconds expected_wait(bool known) const;

  /// Finishes what has begun, drops the rest, ends the threads. Idempotent.
  void stop();

 private:
  void work_until_stopped();
  std::chrono::seconds wait_of(bool known) const;

  const std::size_t threads_count_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  accounts::TurnQueue queue_;
  /// Of one turn, as seen; a guess until there was one.
  std::chrono::duration<double> turn_time_{0.15};
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace rota::api
