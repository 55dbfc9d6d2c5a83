// One thread that waits for sockets and timers and calls back. Everything that the HTTP server
// keeps is touched on this thread only, so that it needs no locks.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace rota::net {

class EventLoop {
 public:
  /// Starts the thread.
  EventLoop();
  ~EventLoop();  ///< Stops it.
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs `work` on the loop's thread, soon and in order. From any thread. Dropped after stop().
  void post(std::function<void()> work);

  /// Runs `work` on the loop's thread after that time. From any thread.
  void post_after(std::chrono::milliseconds delay, std::function<void()> work);

  bool on_loop_thread() const;

  /// Ends the thread; what was posted and has not run yet is dropped. Idempotent; from any thread
  /// but the loop's own.
  void stop();

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace rota::net
