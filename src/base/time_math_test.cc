#include "base/time_math.h"

#include <gtest/gtest.h>

namespace rota::base {
namespace {

using std::chrono::seconds;

TEST(TimeMathTest, OrdinarySumsAreThemselves) {
  const SteadyTime at{seconds{100}};
  EXPECT_EQ(later(at, seconds{5}), SteadyTime{seconds{105}});
  EXPECT_EQ(earlier(at, seconds{5}), SteadyTime{seconds{95}});
  EXPECT_EQ(between(at, SteadyTime{seconds{70}}), seconds{-30});
}

TEST(TimeMathTest, NeverPlusADelayIsNever) {
  EXPECT_EQ(later(SteadyTime::max(), seconds{1}), SteadyTime::max());
  EXPECT_EQ(later(Instant::max(), Duration::max()), Instant::max());
  EXPECT_EQ(later(SteadyTime{seconds{1}}, Duration::max()), SteadyTime::max());
  EXPECT_EQ(earlier(SteadyTime{seconds{5}}, Duration::min()), SteadyTime::max());
}

TEST(TimeMathTest, NothingIsEarlierThanTheEarliest) {
  EXPECT_EQ(earlier(Instant::min(), seconds{1}), Instant::min());
  EXPECT_EQ(later(Instant::min(), seconds{-1}), Instant::min());
  EXPECT_EQ(between(Instant::max(), Instant::min()), Duration::min());
  EXPECT_EQ(between(Instant::min(), Instant::max()), Duration::max());
}

}  // namespace
}  // namespace rota::base
