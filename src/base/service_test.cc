#include "base/service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

namespace rota::base {
namespace {

using std::chrono::seconds;

TEST(ServiceTest, SteppedByHandWorksOnlyWhenDue) {
  ManualClock clock(Instant{});
  int calls = 0;
  Service service(clock, [&] {
    ++calls;
    return clock.steady_now() + seconds{10};
  });
  EXPECT_EQ(service.run_if_due(), clock.steady_now() + seconds{10});
  service.run_if_due();
  EXPECT_EQ(calls, 1);
  clock.advance(seconds{10});
  service.run_if_due();
  EXPECT_EQ(calls, 2);
}

TEST(ServiceTest, AWakeDuringTheWorkIsNotLost) {
  ManualClock clock(Instant{});
  int calls = 0;
  Service* self = nullptr;
  Service service(clock, [&] {
    if (++calls == 1) self->wake();
    return Service::kNever;
  });
  self = &service;
  EXPECT_LE(service.run_if_due(), clock.steady_now());
  service.run_if_due();
  EXPECT_EQ(calls, 2);
}

TEST(ServiceTest, WakeByTakesTheEarlierTime) {
  ManualClock clock(Instant{});
  Service service(clock, [&] { return clock.steady_now() + seconds{10}; });
  service.run_if_due();
  service.wake_by(clock.steady_now() + seconds{20});
  EXPECT_EQ(service.run_if_due(), clock.steady_now() + seconds{10});
  service.wake_by(clock.steady_now() + seconds{3});
  EXPECT_EQ(service.run_if_due(), clock.steady_now() + seconds{3});
}

TEST(ServiceTest, AThreadRunsItWhenWokenAndStopsOnce) {
  const SystemClock clock;
  std::counting_semaphore<100> ran(0);
  Service service(clock, [&] {
    ran.release();
    return Service::kNever;
  });
  service.start("rota-test");
  ran.acquire();
  service.wake();
  ran.acquire();
  service.stop();
  service.stop();
}

}  // namespace
}  // namespace rota::base
