// Notices that tasks or the queue may have changed. Writes of this process are told; those of other
// processes are seen by inotify on the database and its -wal, then by a look at three cheap marks.
// Silence costs nothing: the thread sleeps in poll().
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "store/sqlite/connection.h"

namespace rota::store {

class Watcher {
 public:
  explicit Watcher(std::string database);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Replaces the callback; null ends watching. After it returns the old one is not running.
  void watch(std::function<void()> on_change);
  /// This process has changed tasks or queued runs. Never blocks.
  void tell();

 private:
  struct Marks {
    std::int64_t last_change = 0;
    bool replan = false;
    bool queued = false;
  };

  void stop();
  void loop(const std::function<void()>& on_change);
  bool drain_notices();
  Result<Marks> read_marks();
  bool others_changed();

  const std::string database_;
  int inotify_fd_ = -1;
  int wake_fd_ = -1;
  std::mutex control_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> told_{false};
  std::unique_ptr<Connection> connection_;
  Marks seen_;
};

}  // namespace rota::store
