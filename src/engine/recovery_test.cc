// Dying, missing, losing the lease, a set clock, a database that does not answer, and too much at
// once: nothing is lost, nothing runs twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

class RecoveryTest : public ::testing::Test {
 protected:
  RecoveryTest() : rig(kStart) { rig.start(); }
  std::size_t count(TaskId task, RunStatus status) {
    std::size_t found = 0;
    for (const rota::Run& run : rig.runs_of(task)) found += run.status == status ? 1 : 0;
    return found;
  }
  EngineRig rig;
};

TEST_F(RecoveryTest, WhatAKilledServerHadClaimedRunsAfterARestart) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{29});
  ASSERT_EQ(count(task.id, RunStatus::kClaimed), 1u);
  rig.kill();
  rig.run_for(seconds{10});
  rig.start();
  rig.run_for(seconds{1});
  const auto starts = rig.starts_of(task.id);
  ASSERT_EQ(starts.size(), 1u);
  EXPECT_EQ(starts[0].slot, kStart + seconds{30});
  EXPECT_EQ(starts[0].fence, 3) << "claimed, given back, claimed again";
}

TEST_F(RecoveryTest, WhatAKilledServerHadBegunIsLostAndRunsAgain) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.behave(task.id, {.takes = seconds{20}});
  rig.run_for(seconds{35});
  rig.kill();
  rig.start();
  rig.run_for(seconds{21});
  EXPECT_EQ(count(task.id, RunStatus::kLost), 1u);
  EXPECT_EQ(count(task.id, RunStatus::kSucceeded), 1u);
  ASSERT_EQ(rig.starts_of(task.id).size(), 2u);
  EXPECT_EQ(rig.starts_of(task.id)[1].attempt, 2);
}

TEST_F(RecoveryTest, SlotsThatComeLateTogetherRunOneAfterTheOther) {
  const Task task = rig.add(work_task("a", "* * * * * *"));
  rig.behave(task.id, {.takes = milliseconds{50}});
  rig.run_for(milliseconds{5500});
  rig.kill();
  rig.run_for(seconds{5});
  rig.start();
  rig.run_for(seconds{3});
  EXPECT_EQ(count(task.id, RunStatus::kSkipped), 0u);
  EXPECT_EQ(rig.starts_of(task.id).size(), 13u);
  EXPECT_EQ(rig.executing(), 0u);
}

TEST_F(RecoveryTest, ASlotWhoseMomentMetARunningOneIsSkipped) {
  const Task task = rig.add(work_task("a", "* * * * * *"));
  rig.behave(task.id, {.takes = milliseconds{1500}});
  rig.run_for(milliseconds{5900});
  EXPECT_EQ(count(task.id, RunStatus::kSkipped), 2u) << "the second and the fourth";
}

TEST_F(RecoveryTest, AfterAnOutageOnlyTheLatestSlotIsCaughtUp) {
  const Task task = rig.add(work_task("a", "*/10 * * * *"));
  rig.kill();
  rig.run_for(hours{1} + minutes{5});
  rig.start();
  rig.run_for(seconds{1});
  EXPECT_EQ(count(task.id, RunStatus::kSkipped), 5u);
  ASSERT_EQ(rig.starts_of(task.id).size(), 1u);
  EXPECT_EQ(rig.starts_of(task.id)[0].slot, *parse_instant("2026-11-23T10:00:00Z"));
  EXPECT_EQ(rig.starts_of(task.id)[0].cause, RunCause::kCatchUp);
}

TEST_F(RecoveryTest, WhatAnOutageDidIsToldWithItsTimes) {
  const Task task = rig.add(work_task("a", "*/10 * * * *"));
  rig.kill();
  rig.run_for(hours{1} + minutes{5});
  rig.start();
  rig.run_for(seconds{1});
  const std::string down = "no server ran from 2026-11-23T09:00:30Z to 2026-11-23T10:05:30Z";
  const auto runs = rig.runs_of(task.id);
  ASSERT_EQ(runs.size(), 6u);
  for (const rota::Run& run : runs) EXPECT_THAT(run.reason, HasSubstr(down));
  rig.run_for(minutes{10});
  EXPECT_EQ(rig.runs_of(task.id).back().reason, "");
}

TEST_F(RecoveryTest, CatchUpAllRunsEachMissedSlotInTurn) {
  Task task = work_task("a", "*/10 * * * *");
  task.catch_up = CatchUp::kAll;
  task.overlap = Overlap::kQueue;
  task = rig.add(task);
  rig.behave(task.id, {.takes = seconds{5}});
  rig.kill();
  rig.run_for(hours{1} + minutes{5});
  rig.start();
  rig.run_for(minutes{1});
  const auto starts = rig.starts_of(task.id);
  ASSERT_EQ(starts.size(), 6u);
  for (std::size_t i = 1; i < 6; ++i) EXPECT_EQ(starts[i].slot, starts[i - 1].slot + minutes{10});
}

TEST_F(RecoveryTest, AGivenBackSlotThatIsTooLateIsJudgedLikeAMissedOne) {
  Task task = work_task("a", "0 * * * *");
  task.catch_up = CatchUp::kSkip;
  task = rig.add(task);
  rig.run_until(*parse_instant("2026-11-23T09:59:59Z"));
  ASSERT_EQ(count(task.id, RunStatus::kClaimed), 1u);
  rig.kill();
  rig.run_for(minutes{30});
  rig.start();
  rig.run_for(seconds{5});
  EXPECT_TRUE(rig.starts_of(task.id).empty());
  EXPECT_THAT(rig.runs_of(task.id).at(0).reason, HasSubstr("missed: 29 min 59 s late"));
}

TEST_F(RecoveryTest, ASlotThatAnEditRemovedWhileTheServerWasDownDoesNotRun) {
  const Task task = rig.add(work_task("a", "0 * * * *"));
  rig.run_until(*parse_instant("2026-11-23T09:59:59Z"));
  rig.kill();
  rig.edit(task.id, [](Task& edited) { edited.schedule = "30 * * * *"; });
  rig.run_for(seconds{10});
  rig.start();
  rig.run_for(seconds{5});
  EXPECT_TRUE(rig.starts_of(task.id).empty());
  EXPECT_THAT(rig.runs_of(task.id).at(0).reason, HasSubstr("schedule was changed"));
}

TEST_F(RecoveryTest, AForwardJumpOfTheClockIsNoStorm) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{31});
  rig.clock.jump_wall(hours{5});
  rig.run_for(seconds{2});
  EXPECT_EQ(rig.starts_of(task.id).size(), 2u) << "the 299 missed ones fold into the latest";
  rig.run_for(minutes{2});
  EXPECT_EQ(rig.starts_of(task.id).size(), 4u);
}

TEST_F(RecoveryTest, ABackwardJumpOfTheClockRunsNothingTwice) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(minutes{3});
  ASSERT_EQ(rig.starts_of(task.id).size(), 3u);
  rig.clock.jump_wall(-minutes{2});
  rig.run_for(minutes{2} + seconds{5});
  EXPECT_EQ(rig.starts_of(task.id).size(), 3u);
  rig.run_for(minutes{1});
  EXPECT_EQ(rig.starts_of(task.id).size(), 4u);
}

TEST_F(RecoveryTest, NothingStartsOnceTheLeaseMayHaveEnded) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{29});
  rig.store.fail_next(1000, ErrorCode::kUnavailable);
  rig.run_for(seconds{20});
  EXPECT_EQ(rig.starts_of(task.id).size(), 1u) << "within the lease";
  EXPECT_EQ(count(task.id, RunStatus::kSucceeded), 0u);
  rig.run_for(seconds{60});
  EXPECT_EQ(rig.starts_of(task.id).size(), 1u);
  rig.store.fail_next(0, ErrorCode::kUnavailable);
  rig.run_for(seconds{10});
  EXPECT_EQ(rig.starts_of(task.id).size(), 2u);
  EXPECT_EQ(count(task.id, RunStatus::kSucceeded), 2u) << "the kept result was written, too";
}

TEST_F(RecoveryTest, ASessionThatWasDeclaredDeadDropsAllAndBeginsAnew) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.behave(task.id, {.takes = seconds{30}});
  rig.run_for(seconds{31});
  ASSERT_EQ(rig.executing(), 1u);
  const NodeId other = rig.store.open_node({"other", 2, "0", 1}, seconds{600})->node_id;
  ASSERT_TRUE(rig.store.rescue(other, seconds{1}, 3));
  rig.run_for(seconds{2});
  EXPECT_EQ(rig.engine().status().stale_results, 1u);
  rig.run_for(minutes{1});
  EXPECT_EQ(count(task.id, RunStatus::kLost), 1u);
  EXPECT_GE(count(task.id, RunStatus::kSucceeded), 1u);
}

TEST_F(RecoveryTest, AnEditJustAfterASlotDoesNotLoseIt) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{20});
  rig.store.fail_next(1000, ErrorCode::kBusy);
  rig.run_for(seconds{13});
  rig.store.fail_next(0, ErrorCode::kBusy);
  rig.edit(task.id, [](Task& edited) { edited.description = "changed"; });
  rig.run_for(seconds{2});
  ASSERT_EQ(rig.starts_of(task.id).size(), 1u);
  EXPECT_EQ(rig.starts_of(task.id)[0].slot, kStart + seconds{30});
}

TEST(QueueTest, ANamedQueueKeepsItsLimitAndHoldsUpNobodyElse) {
  EngineOptions options;
  options.queue_limits = {{"reports", 2}};
  EngineRig rig(kStart, options);
  rig.start();
  for (int i = 0; i < 5; ++i) {
    Task task = work_task("r" + std::to_string(i), "* * * * *");
    task.queue = "reports";
    rig.behave(rig.add(task).id, {.takes = seconds{10}});
  }
  const Task other = rig.add(work_task("other", "* * * * *"));
  rig.run_for(seconds{31});
  EXPECT_EQ(rig.executing(), 2u);
  EXPECT_EQ(rig.starts_of(other.id).size(), 1u);
  EXPECT_EQ(rig.engine().status().ready, 3u);
  rig.run_for(seconds{25});
  EXPECT_EQ(rig.starts().size(), 6u);
}

TEST(QueueTest, UrgentRunsGoFirst) {
  EngineOptions options;
  options.async_runs_max = 1;
  EngineRig rig(kStart, options);
  rig.start();
  std::vector<TaskId> ids;
  for (const int priority : {70, 10, 40}) {
    Task task = work_task("p" + std::to_string(priority), "* * * * *");
    task.priority = priority;
    ids.push_back(rig.add(task).id);
    rig.behave(ids.back(), {.takes = seconds{2}});
  }
  rig.run_for(seconds{40});
  ASSERT_EQ(rig.starts().size(), 3u);
  EXPECT_EQ(rig.starts()[0].task, ids[1]);
  EXPECT_EQ(rig.starts()[1].task, ids[2]);
  EXPECT_EQ(rig.starts()[2].task, ids[0]);
}

TEST(QueueTest, HoldsNoMoreRunsThanItsBound) {
  EngineOptions options;
  options.held_runs_max = 10;
  options.async_runs_max = 5;
  EngineRig rig(kStart, options);
  rig.start();
  for (int i = 0; i < 50; ++i) {
    rig.behave(rig.add(work_task("t" + std::to_string(i), "* * * * *")).id, {.takes = seconds{1}});
  }
  rig.run_for(seconds{31});
  const EngineStatus status = rig.engine().status();
  EXPECT_LE(status.waiting + status.ready + status.executing, 10u);
  rig.run_for(seconds{25});
  EXPECT_EQ(rig.starts().size(), 50u) << "all ran, if late";
}

}  // namespace
}  // namespace rota::engine
