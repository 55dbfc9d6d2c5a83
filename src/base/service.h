// A background duty: a function that does its work once and says when it wants to be called next.
// start() gives it a thread that sleeps in between; without a thread the same duty is stepped by
// hand, which is how tests and simulations run it.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "rota/clock.h"

namespace rota::base {

/// Thread rule: wake() and wake_by() from any thread, also from inside the work; the rest from the
/// owner. The work must not throw.
class Service {
 public:
  /// "Only when woken".
  static constexpr SteadyTime kNever = SteadyTime::max();
  /// Does the work once; returns when it wants to be called next.
  using Work = std::function<SteadyTime()>;

  /// The clock must outlive the service. The first call is due at once.
  Service(const Clock& clock, Work work);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Runs the work on a thread of its own until stop(). `name` is shown by ps and debuggers.
  void start(const std::string& name);
  /// Asks for a call as soon as possible.
  void wake();
  /// Asks for a call no later than `at`.
  void wake_by(SteadyTime at);
  /// Waits for the call in progress and ends the thread. Idempotent.
  void stop();

  /// Without a thread: does the work if it is due. Returns when it is due next.
  SteadyTime run_if_due();

 private:
  void loop();

  const Clock& clock_;
  const Work work_;
  std::mutex mutex_;
  std::condition_variable woken_;
  SteadyTime due_ = SteadyTime::min();
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace rota::base
