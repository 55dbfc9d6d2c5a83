#include "handlers/timer.h"

namespace rota::handlers {

Timer::~Timer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Timer::call_after(Duration delay, std::function<void()> work) {
  {
    std::lock_guard lock(mutex_);
    waiting_.emplace(std::chrono::steady_clock::now() + delay, std::move(work));
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  wake_.notify_one();
}

void Timer::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (waiting_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const Moment next = waiting_.begin()->first;
    if (std::chrono::steady_clock::now() < next) {
      wake_.wait_until(lock, next);
      continue;
    }
    const auto node = waiting_.extract(waiting_.begin());
    lock.unlock();
    node.mapped()();
    lock.lock();
  }
}

}  // namespace rota::handlers
