#include "engine/database_time.h"

#include <gtest/gtest.h>

namespace rota::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant kStart = *parse_instant("2026-06-01T09:00:00Z");

TEST(DatabaseTimeTest, BelievesTheWallClockWhereTheDatabaseAgreesWithIt) {
  ManualClock clock(kStart);
  DatabaseTime time(clock);
  const SteadyTime sent = clock.steady_now();
  clock.advance(milliseconds{8});
  time.learn(sent, kStart + milliseconds{1}, clock.steady_now());
  EXPECT_EQ(time.now(), clock.now());
}

TEST(DatabaseTimeTest, TakesTheMiddleWhereTheDatabaseHasAnotherTime) {
  ManualClock clock(kStart);
  DatabaseTime time(clock);
  const SteadyTime sent = clock.steady_now();
  clock.advance(milliseconds{10});
  time.learn(sent, kStart + seconds{60}, clock.steady_now());
  EXPECT_EQ(time.now(), kStart + seconds{60} + milliseconds{5});
  EXPECT_EQ(time.steady_of(time.now()), clock.steady_now());
}

TEST(DatabaseTimeTest, NoticesThatTheWallClockWasSet) {
  ManualClock clock(kStart);
  DatabaseTime time(clock);
  EXPECT_FALSE(time.wall_clock_jumped());
  clock.advance(seconds{100});
  EXPECT_FALSE(time.wall_clock_jumped());
  clock.jump_wall(-seconds{3600});
  EXPECT_TRUE(time.wall_clock_jumped());
  time.learn(clock.steady_now(), clock.now(), clock.steady_now());
  EXPECT_FALSE(time.wall_clock_jumped());
  EXPECT_EQ(time.now(), clock.now());
}

}  // namespace
}  // namespace rota::engine
