#include "base/service.h"

#include <pthread.h>

#include <algorithm>

#include "base/check.h"
#include "base/thread_priority.h"
#include "base/time_math.h"

namespace rota::base {
namespace {

/// Waits are cut into slices, so that a sleep that lost touch with its clock ends soon.
constexpr Duration kSliceMax = std::chrono::seconds{1};

}  // namespace

Service::Service(const Clock& clock, Work work) : clock_(clock), work_(std::move(work)) {}

Service::~Service() { stop(); }

void Service::start(const std::string& name) {
  ROTA_CHECK(!thread_.joinable(), "a service is started once");
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

void Service::wake() { wake_by(SteadyTime::min()); }

void Service::wake_by(SteadyTime at) {
  {
    const std::lock_guard lock(mutex_);
    if (at >= due_) return;
    due_ = at;
  }
  woken_.notify_one();
}

void Service::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

SteadyTime Service::run_if_due() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return kNever;
    if (due_ > clock_.steady_now()) return due_;
    due_ = kNever;
  }
  const SteadyTime next = work_();
  const std::lock_guard lock(mutex_);
  due_ = std::min(due_, next);
  return due_;
}

void Service::loop() {
  be_prompt();
  for (;;) {
    const SteadyTime next = run_if_due();
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    const Duration left = between(clock_.steady_now(), std::min(next, due_));
    if (left <= Duration::zero()) continue;
    woken_.wait_for(lock, std::min(left, kSliceMax));
  }
}

}  // namespace rota::base
