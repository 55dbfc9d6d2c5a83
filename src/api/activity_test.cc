// The last hour minute by minute, from rows where they reach and from samples elsewhere.
#include "api/activity.h"

#include <gtest/gtest.h>

namespace rota::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + minutes{600} +
                       seconds{30}};

EngineStatus counters(std::uint64_t started, std::uint64_t succeeded, std::uint64_t failed) {
  EngineStatus status;
  status.started = started;
  status.succeeded = succeeded;
  status.failed = failed;
  status.lateness_p99 = milliseconds{7};
  return status;
}

Run run_at(Instant slot, RunStatus status, milliseconds late) {
  Run run;
  run.scheduled_for = run.available_at = slot;
  run.started_at = slot + late;
  run.finished_at = slot + late + milliseconds{1};
  run.status = status;
  return run;
}

TEST(ActivityTest, AnHourIsSixtyMinutesThePresentOneLast) {
  const auto hour = Activity().last_hour(kNow, {}, true);
  ASSERT_EQ(hour.size(), 60u);
  EXPECT_EQ(hour.back().at, kNow - seconds{30});
  EXPECT_EQ(hour.front().at, kNow - seconds{30} - minutes{59});
  EXPECT_FALSE(hour.back().lateness_p99);
}

TEST(ActivityTest, RowsAreCountedInTheirMinutes) {
  const std::vector<rota::Run> newest{
      run_at(kNow - seconds{5}, RunStatus::kSucceeded, milliseconds{2}),
      run_at(kNow - seconds{6}, RunStatus::kTimedOut, milliseconds{30}),
      run_at(kNow - minutes{2}, RunStatus::kSucceeded, milliseconds{4})};
  const auto hour = Activity().last_hour(kNow, newest, true);
  EXPECT_EQ(hour[59].succeeded, 1u);
  EXPECT_EQ(hour[59].failed, 1u);
  EXPECT_EQ(hour[59].lateness_p99, milliseconds{30});
  EXPECT_EQ(hour[57].succeeded, 1u);
}

TEST(ActivityTest, SamplesStandInForMinutesThatTheRowsDoNotReach) {
  Activity activity;
  activity.sample(counters(100, 90, 5), kNow - minutes{10});
  activity.sample(counters(110, 95, 9), kNow - minutes{10} + seconds{2});
  activity.sample(counters(110, 95, 9), kNow - minutes{9});
  const std::vector<rota::Run> newest{
      run_at(kNow - seconds{5}, RunStatus::kSucceeded, milliseconds{2}),
      run_at(kNow - minutes{3}, RunStatus::kSucceeded, milliseconds{2})};
  const auto hour = activity.last_hour(kNow, newest, false);
  EXPECT_EQ(hour[49].succeeded, 5u);
  EXPECT_EQ(hour[49].failed, 4u);
  EXPECT_EQ(hour[49].lateness_p99, milliseconds{7});
  EXPECT_FALSE(hour[50].lateness_p99) << "nothing began in that minute";
  EXPECT_EQ(hour[56].succeeded, 0u) << "the oldest row's minute may be incomplete";
  EXPECT_EQ(hour[59].succeeded, 1u);
}

TEST(ActivityTest, ARestartedEngineCountsFromZeroAndTakesNothingAway) {
  Activity activity;
  activity.sample(counters(100, 90, 5), kNow - seconds{4});
  activity.sample(counters(1, 1, 0), kNow - seconds{2});
  const std::vector<rota::Run> newest{
      run_at(kNow + minutes{1}, RunStatus::kSucceeded, milliseconds{0})};
  EXPECT_EQ(activity.last_hour(kNow, newest, false)[59].succeeded, 0u);
}

}  // namespace
}  // namespace rota::api
