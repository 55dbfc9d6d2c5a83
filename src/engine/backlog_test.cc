// A task whose runs take longer than its period: what waits has a bound, every slot has exactly one
// outcome, and no restart changes that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "engine/testing/engine_rig.h"

namespace rota::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::EngineRig;
using ::testing::HasSubstr;
using testing::work_task;

const Instant kStart = *parse_instant("2026-11-23T09:00:30Z");

class BacklogTest : public ::testing::Test {
 protected:
  BacklogTest() : rig(kStart) { rig.start(); }

  Task add_queueing(const std::string& schedule, Duration takes, std::int64_t backlog_max = 1) {
    Task task = work_task("crowded", schedule);
    task.overlap = Overlap::kQueue;
    task.backlog_max = backlog_max;
    task = rig.add(task);
    rig.behave(task.id, {.takes = takes});
    return task;
  }
  /// Slots of a task that have come and wait: those that are due and have neither begun nor ended.
  std::int64_t waiting(TaskId task) {
    const auto starts = rig.starts_of(task);
    std::int64_t count = 0;
    for (const rota::Run& run : rig.runs_of(task)) {
      const bool begun = std::ranges::any_of(
          starts, [&](const testing::Start& start) { return start.run == run.id; });
      const bool slot = run.cause == RunCause::kSchedule || run.cause == RunCause::kCatchUp;
      if (slot && !begun && !is_final(run.status) && run.scheduled_for <= rig.clock.now()) ++count;
    }
    return count;
  }
  /// How many rows of the schedule stand for each slot, up to now.
  std::map<Instant, int> rows_by_slot(TaskId task) {
    std::map<Instant, int> rows;
    for (const rota::Run& run : rig.runs_of(task)) {
      if (run.cause == RunCause::kSchedule || run.cause == RunCause::kCatchUp) {
        ++rows[run.scheduled_for];
      }
    }
    return rows;
  }
  std::vector<rota::Run> left_out(TaskId task) {
    std::vector<rota::Run> runs = rig.runs_of(task);
    std::erase_if(runs, [](const rota::Run& run) { return run.skip_kind != SkipKind::kBacklog; });
    return runs;
  }
  EngineRig rig;
};

TEST_F(BacklogTest, AnHourOfRunsTenTimesTheirPeriodKeepsOneSlotWaiting) {
  const Task task = add_queueing("* * * * * *", seconds{10});
  rig.run_for(milliseconds{500});  // between two slots, when the last decision is stored
  for (int i = 0; i < 60; ++i) {
    rig.run_for(minutes{1});
    ASSERT_LE(waiting(task.id), 1) << "after " << i + 1 << " min";
  }
  const auto starts = rig.starts_of(task.id);
  EXPECT_EQ(starts.size(), 360u);
  for (const testing::Start& start : starts) {
    ASSERT_LE(start.at - start.slot, seconds{10}) << "one run's time for each place, no more";
  }
  const auto rows = rows_by_slot(task.id);
  ASSERT_GE(rows.size(), 3600u);
  for (Instant slot = kStart + seconds{1}; slot <= kStart + hours{1}; slot += seconds{1}) {
    const auto found = rows.find(slot);
    ASSERT_TRUE(found != rows.end() && found->second == 1) << format_utc(slot);
  }
  EXPECT_GE(left_out(task.id).size(), 3235u);
  EXPECT_EQ(rig.engine().status().left_out_backlog, left_out(task.id).size());
}

TEST_F(BacklogTest, MorePlacesMeanMoreLatenessAndNoMore) {
  const Task task = add_queueing("* * * * * *", seconds{10}, 5);
  rig.run_for(milliseconds{500});
  for (int i = 0; i < 10; ++i) {
    rig.run_for(minutes{1});
    ASSERT_LE(waiting(task.id), 5);
  }
  EXPECT_EQ(waiting(task.id), 5);
  for (const testing::Start& start : rig.starts_of(task.id)) {
    ASSERT_LE(start.at - start.slot, 5 * seconds{10});
  }
}

TEST_F(BacklogTest, TheSlotThatIsLeftOutNamesWhatWaitsAndWhatGoesOn) {
  const Task task = add_queueing("* * * * *", seconds{150});
  rig.run_for(minutes{2} + seconds{40});
  const auto out = left_out(task.id);
  ASSERT_EQ(out.size(), 1u);
  const auto runs = rig.runs_of(task.id);
  EXPECT_EQ(out[0].reason, "backlog full: run " + std::to_string(runs[1].id.value) +
                               " waits already for run " + std::to_string(runs[0].id.value));
  EXPECT_EQ(out[0].status, RunStatus::kSkipped);
}

TEST_F(BacklogTest, RunsByHandAndRetriesAreNoSlotsAndAlwaysWait) {
  const Task task = add_queueing("0 * * * *", minutes{5});
  rig.run_until(*parse_instant("2026-11-23T10:00:01Z"));
  for (int i = 0; i < 3; ++i) rig.run_now(task.id);
  rig.run_for(minutes{25});
  EXPECT_TRUE(left_out(task.id).empty());
  EXPECT_EQ(rig.starts_of(task.id).size(), 4u);
}

TEST_F(BacklogTest, AWaitingSlotOutlivesAStopOfTheServer) {
  const Task task = add_queueing("* * * * *", minutes{30});
  rig.run_for(seconds{100});
  ASSERT_EQ(waiting(task.id), 1);
  const RunId waits = rig.runs_of(task.id).at(1).id;
  rig.kill();
  rig.run_for(minutes{10});
  rig.behave(task.id, {.takes = seconds{1}});
  rig.start();
  rig.run_for(seconds{5});
  EXPECT_EQ(rig.store.load_run(waits)->status, RunStatus::kSucceeded)
      << rig.store.load_run(waits)->reason;
}

TEST_F(BacklogTest, ASlotThatCameWhileNoServerWasThereIsMissedAndDidNotWait) {
  Task task = work_task("a", "0 * * * *");
  task.overlap = Overlap::kQueue;
  task.catch_up = CatchUp::kSkip;
  task = rig.add(task);
  rig.run_until(*parse_instant("2026-11-23T09:59:59Z"));
  rig.kill();
  rig.run_for(minutes{30});
  rig.start();
  rig.run_for(seconds{5});
  EXPECT_TRUE(rig.starts_of(task.id).empty());
  EXPECT_EQ(rig.runs_of(task.id).at(0).skip_kind, SkipKind::kNotCaughtUp);
}

TEST_F(BacklogTest, WhatAllIsCaughtUpRunsInTurnWithinTheBound) {
  Task task = work_task("a", "* * * * *");
  task.overlap = Overlap::kQueue;
  task.catch_up = CatchUp::kAll;
  task = rig.add(task);
  rig.behave(task.id, {.takes = seconds{5}});
  rig.kill();
  rig.run_for(minutes{30});
  rig.start();
  for (int i = 0; i < 20; ++i) {
    rig.run_for(seconds{10});
    ASSERT_LE(waiting(task.id), 1);
  }
  rig.run_for(minutes{2});
  const auto starts = rig.starts_of(task.id);
  ASSERT_GE(starts.size(), 30u);
  for (std::size_t i = 1; i < 30; ++i) {
    EXPECT_EQ(starts[i].slot, starts[i - 1].slot + minutes{1}) << "each missed slot, in turn";
  }
}

TEST_F(BacklogTest, CatchingUpEndsAlsoWhenRunsTakeLongerThanThePeriod) {
  Task task = work_task("a", "* * * * * *");
  task.overlap = Overlap::kQueue;
  task.catch_up = CatchUp::kAll;
  task = rig.add(task);
  rig.run_for(seconds{2});
  rig.behave(task.id, {.takes = seconds{4}});
  rig.kill();
  rig.run_for(minutes{5});
  rig.start();
  rig.run_for(seconds{300 * 4} + minutes{1});
  const auto last = rig.starts_of(task.id).back();
  EXPECT_LE(last.at - last.slot, seconds{10}) << "late by its turn, not by the outage any more";
  EXPECT_GT(rig.engine().status().left_out_backlog, 800u) << "what came while it caught up";
}

TEST_F(BacklogTest, KillsAndRestartsNeitherLoseNorDoubleASlot) {
  const Task task = add_queueing("* * * * * *", seconds{3}, 2);
  std::mt19937 random(20261124);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same story each time
  for (int i = 0; i < 60; ++i) {
    rig.run_for(milliseconds{200 + random() % 9000});
    ASSERT_LE(waiting(task.id), 2) << "round " << i;
    rig.kill();
    rig.run_for(milliseconds{random() % 4000});
    rig.start();
  }
  rig.run_for(seconds{20});
  const auto rows = rows_by_slot(task.id);
  const Instant first = rows.begin()->first;
  for (Instant slot = first; slot <= rig.clock.now(); slot += seconds{1}) {
    const auto found = rows.find(slot);
    ASSERT_TRUE(found != rows.end() && found->second == 1) << format_utc(slot);
  }
  std::map<std::int64_t, int> succeeded;
  for (const rota::Run& run : rig.runs_of(task.id)) {
    const bool ends_slot = run.status == RunStatus::kSucceeded;
    if (ends_slot) ++succeeded[run.scheduled_for.time_since_epoch().count()];
  }
  for (const auto& [slot, count] : succeeded) ASSERT_EQ(count, 1);
}

}  // namespace
}  // namespace rota::engine
