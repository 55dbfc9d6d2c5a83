#include "api/work_pool.h"

#include <pthread.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <utility>

#include "base/thread_priority.h"

namespace rota::api {
namespace {

constexpr double kNewestWeight = 0.1;
constexpr double kWaitSecondsMax = 60;

}  // namespace

WorkPool::WorkPool(WorkLimits limits, ThreadPriority priority) : limits_(limits) {
  for (std::size_t i = 0; i < limits_.threads; ++i) {
    threads_.emplace_back([this, priority] {
      base::give_way(priority == ThreadPriority::kBackground ? base::kBackgroundNice
                                                             : base::kServingNice);
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);
      pthread_setname_np(pthread_self(), "rota-api");
      work_until_stopped();
    });
  }
}

WorkPool::~WorkPool() { stop(); }

WorkPool::Verdict WorkPool::try_run(const std::string& holder, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_ >= limits_.waiting_max) return Verdict::kFull;
    auto& entry = *queues_.try_emplace(holder).first;
    if (entry.second.waiting.size() >= limits_.waiting_per_holder_max) return Verdict::kHolderFull;
    entry.second.waiting.push_back(std::move(work));
    ++waiting_;
    give_turn(entry);
  }
  wake_.notify_one();
  return Verdict::kAccepted;
}

std::chrono::seconds WorkPool::expected_wait(const std::string& holder) const {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(holder);
  const double own = found == queues_.end() ? 0 : static_cast<double>(found->second.waiting.size());
  const double by_share = own / static_cast<double>(limits_.at_work_per_holder_max);
  const double by_all = static_cast<double>(waiting_) / static_cast<double>(limits_.threads);
  // Half of what waits: by then there is room for more than one.
  const double seconds = std::max(by_share, by_all) * seconds_each_ / 2;
  return std::chrono::seconds{
      static_cast<int>(std::ceil(std::clamp(seconds, 1.0, kWaitSecondsMax)))};
}

// Last in the row, unless it stands there already, has nothing, or has its share at work.
void WorkPool::give_turn(Queues::value_type& entry) {
  Queue& queue = entry.second;
  if (queue.has_turn || queue.waiting.empty()) return;
  if (queue.at_work >= limits_.at_work_per_holder_max) return;
  queue.has_turn = true;
  turns_.push_back(&entry);
}

void WorkPool::work_until_stopped() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !turns_.empty(); });
    if (stopping_) return;
    auto& entry = *turns_.front();
    turns_.pop_front();
    Queue& queue = entry.second;
    queue.has_turn = false;
    auto work = std::move(queue.waiting.front());
    queue.waiting.pop_front();
    --waiting_;
    ++queue.at_work;
    give_turn(entry);
    lock.unlock();
    const auto begun = std::chrono::steady_clock::now();
    work();
    work = nullptr;
    const auto taken = std::chrono::steady_clock::now() - begun;
    lock.lock();
    note_duration(taken);
    --queue.at_work;
    give_turn(entry);
    if (queue.has_turn) wake_.notify_one();
    if (queue.at_work == 0 && queue.waiting.empty()) queues_.erase(entry.first);
  }
}

void WorkPool::note_duration(std::chrono::duration<double> taken) {
  seconds_each_ += kNewestWeight * (taken.count() - seconds_each_);
}

void WorkPool::stop() {
  Queues dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    // Those at work stay: their threads come back to them.
    for (auto& [holder, queue] : queues_) dropped[holder].waiting.swap(queue.waiting);
    turns_.clear();
    waiting_ = 0;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace rota::api
