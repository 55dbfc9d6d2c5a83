// Notices at once when somebody sets the machine's clock: the kernel cancels a timer for it.
#pragma once

#include <functional>
#include <thread>

namespace rota::engine {

class ClockWatch {
 public:
  /// Calls `on_jump` from a thread of its own until destroyed. Where the kernel cannot tell, it
  /// does nothing; heartbeats notice jumps too, a second later.
  explicit ClockWatch(std::function<void()> on_jump);
  ~ClockWatch();
  ClockWatch(const ClockWatch&) = delete;
  ClockWatch& operator=(const ClockWatch&) = delete;

 private:
  void watch();
  bool arm() const;

  const std::function<void()> on_jump_;
  int timer_ = -1;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace rota::engine
