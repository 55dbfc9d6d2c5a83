#include "api/hash_pool.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/thread_priority.h"

namespace rota::api {
namespace {

constexpr double kNewTurnWeight = 0.2;  // in the mean of what turns took

}  // namespace

HashPool::HashPool(const accounts::TurnLimits& limits)
    : threads_count_(limits.at_once), queue_(limits) {
  for (std::size_t i = 0; i < threads_count_; ++i) {
    threads_.emplace_back([this] {
      base::give_way(base::kServingNice);
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);
      pthread_setname_np(pthread_self(), "rota-hash");
      work_until_stopped();
    });
  }
}

HashPool::~HashPool() { stop(); }

std::optional<std::chrono::seconds> HashPool::try_wait(const accounts::Place& place,
                                                       accounts::Waiting waiting) {
  std::optional<accounts::Waiting> displaced;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return std::chrono::seconds{1};
    auto pushed = queue_.push(place, waiting);
    if (pushed.taken == accounts::TurnQueue::Taken::kFull) return wait_of(place.known);
    displaced = std::move(pushed.displaced);
  }
  wake_.notify_one();
  if (displaced) displaced->refuse();
  return std::nullopt;
}

std::chrono::seconds HashPool::expected_wait(bool known) const {
  const std::lock_guard lock(mutex_);
  return wait_of(known);
}

// Where both classes wait each has at least one of the slots.
std::chrono::seconds HashPool::wait_of(bool known) const {
  const auto turns = static_cast<double>(queue_.turns_ahead(known));
  const auto wait = std::chrono::ceil<std::chrono::seconds>(turns * turn_time_);
  return std::max(wait, std::chrono::seconds{1});
}

void HashPool::work_until_stopped() {
  std::unique_lock lock(mutex_);
  while (true) {
    std::optional<accounts::TurnQueue::Turn> turn;
    wake_.wait(lock, [&] { return stopping_ || (turn = queue_.next()).has_value(); });
    if (stopping_) return;
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    turn->waiting.run();
    turn->waiting = {};
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    lock.lock();
    queue_.end(*turn);
    turn_time_ += kNewTurnWeight * (took - turn_time_);
    wake_.notify_all();  // its end may free a slot that another thread may not use
  }
}

void HashPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace rota::api
