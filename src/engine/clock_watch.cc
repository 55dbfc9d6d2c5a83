#include "engine/clock_watch.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ctime>

namespace rota::engine {

ClockWatch::ClockWatch(std::function<void()> on_jump)
    : on_jump_(std::move(on_jump)),
      timer_(timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (timer_ < 0 || stop_ < 0 || !arm()) return;
  thread_ = std::thread([this] { watch(); });
  pthread_setname_np(thread_.native_handle(), "rota-clock");
}

ClockWatch::~ClockWatch() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto told = write(stop_, &one, sizeof one);
    thread_.join();
  }
  if (timer_ >= 0) close(timer_);
  if (stop_ >= 0) close(stop_);
}

/// A timer that would ring in a hundred years, were it not cancelled by a set clock.
bool ClockWatch::arm() const {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  itimerspec far{};
  far.it_value.tv_sec = now.tv_sec + std::int64_t{100} * 365 * 86400;
  return timerfd_settime(timer_, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, nullptr) == 0;
}

void ClockWatch::watch() {
  for (;;) {
    pollfd fds[2] = {{timer_, POLLIN, 0}, {stop_, POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) return;
    if (fds[1].revents != 0) return;
    if (fds[0].revents == 0) continue;
    std::uint64_t rings = 0;
    const bool cancelled = read(timer_, &rings, sizeof rings) < 0 && errno == ECANCELED;
    if (cancelled) on_jump_();
    if (!arm()) return;
  }
}

}  // namespace rota::engine
