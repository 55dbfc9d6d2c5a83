// The engine end to end, stepped by hand: what becomes of slots.
#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/engine_rig.h"

namespace rota::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Behaviour;
using testing::EngineRig;
using ::testing::HasSubstr;
using testing::work_task;

const Instant kStart = *parse_instant("2026-11-23T09:00:30Z");

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() : rig(kStart) { rig.start(); }
  /// The runs of a task that have that status.
  std::vector<rota::Run> with(TaskId task, RunStatus status) {
    std::vector<rota::Run> runs = rig.runs_of(task);
    std::erase_if(runs, [&](const rota::Run& run) { return run.status != status; });
    return runs;
  }
  EngineRig rig;
};

TEST_F(EngineTest, RunsEverySlotOnceAtItsExactInstant) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(minutes{5});
  const auto starts = rig.starts_of(task.id);
  ASSERT_EQ(starts.size(), 5u);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    EXPECT_EQ(starts[i].slot, kStart + seconds{30} + minutes{i});
    EXPECT_EQ(starts[i].at, starts[i].slot);
  }
  EXPECT_EQ(with(task.id, RunStatus::kSucceeded).size(), 5u);
  const TaskExecution execution = rig.execution_of(task.id);
  EXPECT_EQ(execution.next_scheduled_at, starts[4].slot + minutes{1});
  EXPECT_EQ(execution.executed_at, starts[4].slot);
  EXPECT_EQ(execution.last_result, "done");
}

TEST_F(EngineTest, RecordingNeverPlansAnew) {
  rig.add(work_task("a", "* * * * *"));
  const int plans = rig.store.plans_saved();
  rig.run_for(minutes{5});
  EXPECT_EQ(rig.store.plans_saved(), plans);
}

TEST_F(EngineTest, ANewTaskHasNoMissedPast) {
  Task task = work_task("a", "0 * * * *");
  task.catch_up = CatchUp::kAll;
  task.starts_at = kStart - hours{10};
  task = rig.add(task);
  rig.run_for(minutes{5});
  EXPECT_TRUE(rig.runs_of(task.id).empty());
}

TEST_F(EngineTest, AnEditTakesEffectAtOnceAndOnlyForThatTask) {
  const Task edited = rig.add(work_task("edited", "0 * * * *"));
  const Task other = rig.add(work_task("other", "0 * * * *"));
  const int plans = rig.store.plans_saved();
  rig.edit(edited.id, [](Task& task) { task.schedule = "* * * * *"; });
  EXPECT_EQ(rig.store.plans_saved(), plans + 1);
  rig.run_for(minutes{1});
  EXPECT_EQ(rig.starts_of(edited.id).size(), 1u);
  EXPECT_TRUE(rig.starts_of(other.id).empty());
}

TEST_F(EngineTest, AClaimIsWithdrawnWhenAChangeTakesItsSlotAway) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{29});
  ASSERT_EQ(with(task.id, RunStatus::kClaimed).size(), 1u);
  rig.edit(task.id, [](Task& edited) { edited.schedule = "0 0 * * *"; });
  EXPECT_TRUE(rig.runs_of(task.id).empty());
  rig.run_for(minutes{2});
  EXPECT_TRUE(rig.starts_of(task.id).empty());
}

TEST_F(EngineTest, AClaimThatStaysRunsWithTheNewConfiguration) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{29});
  rig.edit(task.id, [](Task& edited) { edited.metadata = R"({"new": true})"; });
  rig.run_for(seconds{2});
  ASSERT_EQ(rig.starts_of(task.id).size(), 1u);
  EXPECT_EQ(rig.starts_of(task.id)[0].metadata, R"({"new": true})");
}

TEST_F(EngineTest, ARemovedTaskRunsNoMore) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{29});
  rig.remove(task.id);
  rig.run_for(minutes{2});
  EXPECT_TRUE(rig.starts_of(task.id).empty());
}

TEST_F(EngineTest, PausedSlotsGetARowAndResumingHasNoMissedPast) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(seconds{29});
  rig.edit(task.id, [](Task& edited) {
    edited.paused_until = kForever;
    edited.pause_reason = "stock-taking";
  });
  rig.run_for(minutes{3});
  rig.edit(task.id, [](Task& edited) { edited.paused_until.reset(); });
  rig.run_for(minutes{2});
  const auto skipped = with(task.id, RunStatus::kSkipped);
  ASSERT_EQ(skipped.size(), 3u);
  EXPECT_EQ(skipped[0].scheduled_for, kStart + seconds{30});
  EXPECT_EQ(skipped[0].reason, "paused by test: stock-taking");
  EXPECT_EQ(rig.starts_of(task.id).size(), 2u);
}

TEST_F(EngineTest, APauseEndsByItself) {
  Task task = work_task("a", "* * * * *");
  task.paused_until = kStart + seconds{100};
  task = rig.add(task);
  rig.run_for(minutes{3});
  EXPECT_EQ(with(task.id, RunStatus::kSkipped).size(), 2u);
  EXPECT_EQ(rig.starts_of(task.id).size(), 1u);
}

TEST_F(EngineTest, OverlapSkipNamesTheRunItMet) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.behave(task.id, {.takes = seconds{90}});
  rig.run_for(minutes{3});
  const auto skipped = with(task.id, RunStatus::kSkipped);
  ASSERT_EQ(skipped.size(), 1u);
  const auto first = rig.starts_of(task.id)[0];
  EXPECT_EQ(skipped[0].reason, "overlap with run " + std::to_string(first.run.value));
  EXPECT_EQ(rig.starts_of(task.id).size(), 2u);
}

TEST_F(EngineTest, OverlapQueueRunsOneAfterTheOther) {
  Task task = work_task("a", "* * * * *");
  task.overlap = Overlap::kQueue;
  task = rig.add(task);
  rig.behave(task.id, {.takes = seconds{90}});
  rig.run_for(minutes{5});
  const auto starts = rig.starts_of(task.id);
  ASSERT_GE(starts.size(), 3u);
  EXPECT_EQ(starts[1].slot, starts[0].slot + minutes{1});
  EXPECT_EQ(starts[1].at, starts[0].at + seconds{90});
  EXPECT_EQ(starts[2].at, starts[1].at + seconds{90});
}

TEST_F(EngineTest, OverlapAllowRunsBesideEachOther) {
  Task task = work_task("a", "* * * * *");
  task.overlap = Overlap::kAllow;
  task = rig.add(task);
  rig.behave(task.id, {.takes = seconds{90}});
  rig.run_for(seconds{100});
  EXPECT_EQ(rig.executing(), 2u);
}

TEST_F(EngineTest, OverlapCancelStopsTheRunningOneFirst) {
  Task task = work_task("a", "* * * * *");
  task.overlap = Overlap::kCancelRunning;
  task = rig.add(task);
  rig.behave(task.id, {.takes = seconds{90}});
  rig.run_for(seconds{100});
  EXPECT_EQ(rig.executing(), 1u);
  const auto starts = rig.starts_of(task.id);
  ASSERT_EQ(starts.size(), 2u);
  const auto cancelled = with(task.id, RunStatus::kCancelled);
  ASSERT_EQ(cancelled.size(), 1u);
  EXPECT_EQ(cancelled[0].id, starts[0].run);
  EXPECT_EQ(cancelled[0].reason, "overlap with run " + std::to_string(starts[1].run.value));
}

TEST_F(EngineTest, FailedAttemptsAreTriedAgainWithBackoff) {
  Task task = work_task("a", "0 * * * *");
  task.attempts_max = 3;
  task.retry_delay_s = 10;
  task = rig.add(task);
  rig.behave(task.id, {.fails = true});
  rig.run_for(hours{1} + minutes{10});
  const auto starts = rig.starts_of(task.id);
  ASSERT_EQ(starts.size(), 3u);
  EXPECT_EQ(starts[1].at, starts[0].at + seconds{10});
  EXPECT_EQ(starts[2].at, starts[1].at + seconds{20});
  EXPECT_EQ(starts[2].attempt, 3);
  EXPECT_EQ(starts[2].slot, starts[0].slot);
  EXPECT_EQ(rig.execution_of(task.id).failure_count, 1) << "one run failed, in three attempts";
  EXPECT_EQ(rig.runs_of(task.id)[2].first_run_id, starts[0].run);
}

TEST_F(EngineTest, TooManyFailuresSwitchTheTaskOff) {
  Task task = work_task("a", "* * * * *");
  task.failures_max = 3;
  task = rig.add(task);
  rig.behave(task.id, {.fails = true});
  rig.run_for(minutes{10});
  EXPECT_EQ(rig.starts_of(task.id).size(), 3u);
  EXPECT_FALSE(rig.store.load_task(task.id)->task.active);
}

TEST_F(EngineTest, ATimeoutStopsTheRunAndIsItsStatus) {
  Task task = work_task("a", "0 * * * *");
  task.timeout_s = 10;
  task.attempts_max = 2;
  task = rig.add(task);
  rig.behave(task.id, {.takes = hours{1}});
  rig.run_for(hours{1} + minutes{5});
  const auto timed_out = with(task.id, RunStatus::kTimedOut);
  ASSERT_EQ(timed_out.size(), 2u) << "a timeout is worth a retry";
  EXPECT_EQ(timed_out[0].reason, "timed out after 10 s");
  EXPECT_EQ(*timed_out[0].finished_at, *timed_out[0].started_at + seconds{10});
}

TEST_F(EngineTest, AHandlerThatDoesNotStopIsRecordedAndStillBlocksTheNextSlot) {
  Task task = work_task("a", "* * * * *");
  task.timeout_s = 10;
  task = rig.add(task);
  rig.behave(task.id, {.takes = seconds{80}, .ignores_stop = true});
  rig.run_for(seconds{100});
  ASSERT_EQ(with(task.id, RunStatus::kTimedOut).size(), 1u);
  EXPECT_EQ(with(task.id, RunStatus::kSkipped).size(), 1u);
  rig.behave(task.id, {});
  rig.run_for(seconds{60});
  EXPECT_EQ(rig.starts_of(task.id).size(), 2u);
}

TEST_F(EngineTest, AnUnknownTypeIsAFailureThatNamesTheKnownTypes) {
  Task task = work_task("a", "* * * * *");
  task.type = "no_such";
  task = rig.add(task);
  rig.run_for(minutes{1});
  const auto failed = with(task.id, RunStatus::kFailed);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].error,
            "no handler has the type 'no_such'; the known types are blocking_work, work");
  EXPECT_EQ(rig.execution_of(task.id).failure_count, 1);
}

TEST_F(EngineTest, AHandlerThatThrowsFails) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.behave(task.id, {.throws = true});
  rig.run_for(minutes{1});
  EXPECT_THAT(with(task.id, RunStatus::kFailed).at(0).error, HasSubstr("thrown by the test"));
}

TEST_F(EngineTest, AWrongRowMarksItsTaskAndStopsNothingElse) {
  Task wrong = work_task("wrong", "every full moon");
  wrong = rig.add(wrong);
  Task zone = work_task("zone", "* * * * *");
  zone.timezone = "Mars/Olympus";
  zone = rig.add(zone);
  const Task good = rig.add(work_task("good", "* * * * *"));
  rig.run_for(minutes{2});
  EXPECT_NE(rig.execution_of(wrong.id).schedule_error, "");
  EXPECT_THAT(rig.execution_of(zone.id).schedule_error, HasSubstr("Mars/Olympus"));
  EXPECT_EQ(rig.starts_of(good.id).size(), 2u);
  rig.edit(wrong.id, [](Task& task) { task.schedule = "* * * * *"; });
  EXPECT_EQ(rig.execution_of(wrong.id).schedule_error, "");
  rig.run_for(minutes{1});
  EXPECT_EQ(rig.starts_of(wrong.id).size(), 1u);
}

TEST_F(EngineTest, ARunByHandIsNoSlot) {
  const Task task = rig.add(work_task("a", "0 * * * *"));
  rig.edit(task.id, [](Task& edited) { edited.paused_until = kForever; });
  const TaskExecution before = rig.execution_of(task.id);
  rig.run_now(task.id, R"({"by": "hand"})");
  ASSERT_EQ(rig.starts_of(task.id).size(), 1u);
  EXPECT_EQ(rig.starts_of(task.id)[0].at, rig.clock.now());
  EXPECT_EQ(rig.starts_of(task.id)[0].metadata, R"({"by": "hand"})");
  EXPECT_EQ(rig.execution_of(task.id).next_scheduled_at, before.next_scheduled_at);
}

TEST_F(EngineTest, AfterFinishCountsFromTheEndOfTheLastRun) {
  const Task task = rig.add(work_task("a", "5 minutes after finish"));
  rig.behave(task.id, {.takes = minutes{2}});
  rig.run_for(minutes{16});
  const auto starts = rig.starts_of(task.id);
  ASSERT_GE(starts.size(), 2u);
  EXPECT_EQ(starts[1].at, starts[0].at + minutes{7});
}

TEST_F(EngineTest, RebootTasksRunOncePerServerStart) {
  const Task task = rig.add(work_task("a", "@reboot"));
  rig.run_for(minutes{5});
  EXPECT_EQ(rig.starts_of(task.id).size(), 0u) << "it was added after the start";
  rig.start();
  rig.run_for(minutes{5});
  EXPECT_EQ(rig.starts_of(task.id).size(), 1u);
  rig.start();
  rig.run_for(minutes{5});
  EXPECT_EQ(rig.starts_of(task.id).size(), 2u);
}

TEST_F(EngineTest, OutputIsStoredWhileItRuns) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.behave(task.id, {.takes = seconds{20}, .prints = "hello"});
  rig.run_for(seconds{31});
  const RunId run = rig.starts_of(task.id).at(0).run;
  const auto chunks = rig.store.load_output(run, -1, 100).value();
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0].bytes, "hello");
  EXPECT_EQ(rig.store.load_run(run)->status, RunStatus::kRunning) << "a long run is marked";
  rig.run_for(seconds{20});
  EXPECT_EQ(rig.store.load_run(run)->output_bytes, 5);
}

TEST_F(EngineTest, ACancelledRunStopsAndOneThatHasNotBegunNeverDoes) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.behave(task.id, {.takes = minutes{10}});
  rig.run_for(seconds{61});
  const RunId going = rig.starts_of(task.id).at(0).run;
  EXPECT_TRUE(rig.engine().cancel(going, "cancelled by ann"));
  rig.run_for(seconds{1});
  EXPECT_EQ(rig.store.load_run(going)->status, RunStatus::kCancelled);
  EXPECT_EQ(rig.store.load_run(going)->reason, "cancelled by ann");
  EXPECT_FALSE(rig.engine().cancel(going, "again"));
  EXPECT_FALSE(rig.engine().cancel(RunId{999}, "nobody's"));

  rig.run_for(std::chrono::milliseconds{27'500});  // claimed ahead, not yet due
  const auto runs = rig.runs_of(task.id);
  ASSERT_EQ(runs.back().status, RunStatus::kClaimed);
  EXPECT_TRUE(rig.engine().cancel(runs.back().id, "not today"));
  rig.run_for(seconds{5});
  EXPECT_EQ(rig.store.load_run(runs.back().id)->status, RunStatus::kCancelled);
  EXPECT_EQ(rig.starts_of(task.id).size(), 1u);
}

TEST_F(EngineTest, AMostOnceRunIsMarkedBeforeItBegins) {
  Task task = work_task("a", "* * * * *");
  task.delivery = Delivery::kAtMostOnce;
  task = rig.add(task);
  rig.behave(task.id, {.takes = seconds{20}});
  rig.run_for(seconds{30});
  ASSERT_EQ(rig.starts_of(task.id).size(), 1u);
  EXPECT_EQ(rig.runs_of(task.id)[0].status, RunStatus::kRunning);
  rig.start();
  rig.run_for(seconds{20});
  EXPECT_EQ(rig.runs_of(task.id)[0].status, RunStatus::kLost);
  EXPECT_EQ(rig.starts_of(task.id).size(), 1u);
}

TEST_F(EngineTest, PublishesWhatHappensInOrder) {
  std::vector<Event> events;
  const auto subscription = rig.engine().subscribe([&](const Event& e) { events.push_back(e); });
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.run_for(minutes{1});
  ASSERT_GE(events.size(), 3u);
  EXPECT_EQ(events[0].kind, Event::Kind::kTaskChanged);
  EXPECT_EQ(events[1].kind, Event::Kind::kTaskPlanned);
  EXPECT_EQ(events.back().kind, Event::Kind::kRunFinished);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_EQ(events[i].seq, events[i - 1].seq + 1);
}

}  // namespace
}  // namespace rota::engine
