// Notices that tasks or the queue may have changed. Writes of this process are told; those of other
// processes are seen by inotify on the database and its -wal; whether it was another process, or
// only this one writing results, the writing connection knows. Silence costs nothing: the thread
// sleeps.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace rota::store {

class Watcher {
 public:
  /// `others_wrote` tells whether anybody else has written since it was last asked.
  Watcher(std::string database, std::function<bool()> others_wrote);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Replaces the callback; null ends watching. After it returns the old one is not running.
  void watch(std::function<void()> on_change);
  /// This process has changed tasks or queued runs. Never blocks.
  void tell();

 private:
  void stop();
  void loop(const std::function<void()>& on_change);
  bool drain_notices();

  const std::string database_;
  const std::function<bool()> others_wrote_;
  int inotify_fd_ = -1;
  int wake_fd_ = -1;
  std::mutex control_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> told_{false};
};

}  // namespace rota::store
