// The library as its users see it: open a file, add tasks, start, change, stop.
#include "rota/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace rota {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rota-embed-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    options_.database = (folder_ / "rota.db").string();
    options_.log_file.clear();
    options_.data_folder = (folder_ / "var").string();
  }
  ~SchedulerTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Scheduler> open() {
    auto opened = Scheduler::open(options_);
    if (!opened) ADD_FAILURE() << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  static Task null_task(std::string name, std::string schedule) {
    Task task;
    task.name = std::move(name);
    task.type = "null";
    task.schedule = std::move(schedule);
    return task;
  }

  std::filesystem::path folder_;
  Options options_;
};

/// Waits for events without sleeping.
class Events {
 public:
  explicit Events(Scheduler& scheduler)
      : subscription_(scheduler.subscribe([this](const Event& event) {
          const std::lock_guard lock(mutex_);
          events_.push_back(event);
          came_.notify_all();
        })) {}

  bool wait_for(Event::Kind kind, std::size_t count, Duration at_most = seconds{20}) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, at_most, [&] {
      std::size_t found = 0;
      for (const Event& event : events_) found += event.kind == kind ? 1 : 0;
      return found >= count;
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Event> events_;
  std::unique_ptr<Subscription> subscription_;
};

TEST_F(SchedulerTest, MakesUpForEverySlotOfAStretchOnce) {
  ManualClock clock(*parse_instant("2026-11-23T12:00:30Z"));
  const auto scheduler = Scheduler::open(options_, &clock).value();
  const Task task = scheduler->add_task(null_task("a", "0 * * * *")).value();
  Backfill wanted;
  wanted.task_id = task.id;
  wanted.from = *parse_instant("2026-11-23T08:00:00Z");
  wanted.until = *parse_instant("2026-11-23T20:00:00Z");
  wanted.missing_only = true;
  const auto plan = scheduler->plan_backfill(wanted).value();
  ASSERT_EQ(plan.size(), 5u) << "08:00 to 12:00; what has not come yet is left out";
  EXPECT_EQ(plan[0].stands, "no run");
  const auto runs = scheduler->backfill(wanted, "ann").value();
  ASSERT_EQ(runs.size(), 5u);
  EXPECT_EQ(runs[0].scheduled_for, wanted.from);
  EXPECT_EQ(runs[4].available_at, clock.now() + seconds{4});
  EXPECT_EQ(runs[4].reason, "backfill");
  EXPECT_EQ(scheduler->plan_backfill(wanted).value()[0].stands, "queued");
  EXPECT_TRUE(scheduler->backfill(wanted, "ann").value().empty()) << "asked twice, run once";
}

TEST_F(SchedulerTest, AfterAPauseTheLatestSlotCanBeMadeUpFor) {
  const auto scheduler = open();
  const Task task = scheduler->add_task(null_task("a", "* * * * * *")).value();
  ASSERT_TRUE(scheduler->pause_task(task.id, kForever, "stock-taking"));
  Events events(*scheduler);
  ASSERT_TRUE(scheduler->start());
  EXPECT_TRUE(events.wait_for(Event::Kind::kTaskPlanned, 5)) << "each round decides what passed";
  scheduler->drain();
  const auto plan = scheduler->plan_catch_up(task.id).value();
  ASSERT_GE(plan.size(), 2u);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    EXPECT_EQ(plan[i].stands, "skipped: paused by library: stock-taking");
    EXPECT_EQ(plan[i].runs, i + 1 == plan.size()) << "catch_up is latest";
  }
  const auto queued = scheduler->catch_up_task(task.id).value();
  ASSERT_EQ(queued.size(), 1u);
  EXPECT_EQ(queued[0].scheduled_for, plan.back().slot);
}

TEST_F(SchedulerTest, ABackfillThatMakesNoSenseSaysWhy) {
  const auto scheduler = open();
  const Task often = scheduler->add_task(null_task("a", "* * * * * *")).value();
  const Task after = scheduler->add_task(null_task("b", "1 hour after finish")).value();
  const Instant now = SystemClock().now();
  const auto error = [&](Backfill wanted) { return scheduler->plan_backfill(wanted).error(); };
  EXPECT_THAT(error({often.id, now, now - seconds{1}}).message, HasSubstr("before it begins"));
  EXPECT_EQ(error({often.id, now - std::chrono::hours{24}, now}).code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(error({after.id, now - seconds{9}, now}).message, HasSubstr("no slots in the past"));
  EXPECT_EQ(error({TaskId{77}, now - seconds{9}, now}).code, ErrorCode::kNotFound);
}

TEST_F(SchedulerTest, RunsWhatIsDueAndRecordsIt) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  const Task task = scheduler->add_task(null_task("a", "* * * * * *")).value();
  Events events(*scheduler);
  ASSERT_TRUE(scheduler->start());
  EXPECT_TRUE(events.wait_for(Event::Kind::kRunFinished, 2));
  scheduler->drain();
  const TaskView view = scheduler->load_task(task.id).value();
  EXPECT_TRUE(view.execution.executed_at);
  EXPECT_EQ(view.execution.last_status, "succeeded");
  EXPECT_GE(scheduler->status().succeeded, 2u);
}

TEST_F(SchedulerTest, ARunByHandStartsAtOnce) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  const Task task = scheduler->add_task(null_task("a", "0 0 1 1 *")).value();
  Events events(*scheduler);
  ASSERT_TRUE(scheduler->start());
  const rota::Run run = scheduler->run_task(task.id, R"({"result": "by hand"})").value();
  EXPECT_TRUE(events.wait_for(Event::Kind::kRunFinished, 1));
  EXPECT_EQ(scheduler->load_run(run.id)->result, "by hand");
}

// A run that is claimed reaches the engine a moment after the row says so: it is still this node's.
TEST_F(SchedulerTest, ARunIsCancelledAlsoBetweenItsClaimAndItsStart) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler->start());
  Task task = null_task("a", "0 0 1 1 *");
  task.metadata = R"({"sleep_ms":600000})";
  task.overlap = Overlap::kAllow;
  const TaskId id = scheduler->add_task(task).value().id;
  for (int i = 0; i < 300; ++i) {
    const auto run = scheduler->run_task(id);
    ASSERT_TRUE(run) << run.error().message;
    const auto cancelled = scheduler->cancel_run(run->id, "test");
    ASSERT_TRUE(cancelled) << "run " << i << ": " << cancelled.error().message;
  }
}

TEST_F(SchedulerTest, AChangeTakesEffectWithoutARestart) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  Task task = scheduler->add_task(null_task("a", "0 0 1 1 *")).value();
  Events events(*scheduler);
  ASSERT_TRUE(scheduler->start());
  task.schedule = "* * * * * *";
  ASSERT_TRUE(scheduler->update_task(task));
  EXPECT_TRUE(events.wait_for(Event::Kind::kRunFinished, 1));
}

TEST_F(SchedulerTest, AnUnknownTypeIsRefusedWithTheKnownOnes) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  Task task = null_task("", "nonsense");
  task.type = "no_such_type";
  const auto added = scheduler->add_task(task);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(added.error().fields.size(), 3u);
  EXPECT_THAT(added.error().message, HasSubstr("null"));
}

TEST_F(SchedulerTest, PausesAndResumes) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  const Task task = scheduler->add_task(null_task("a", "* * * * *")).value();
  const Task paused = scheduler->pause_task(task.id, kForever, "stock-taking").value();
  EXPECT_EQ(paused.paused_until, kForever);
  const Task resumed = scheduler->resume_task(task.id).value();
  EXPECT_FALSE(resumed.paused_until);
  EXPECT_EQ(resumed.pause_reason, "");
  EXPECT_FALSE(scheduler->pause_task(task.id, kForever, std::string("a\0b", 3)));
}

TEST_F(SchedulerTest, ResumingBringsBackATaskThatWasDeactivated) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  Task task = scheduler->add_task(null_task("a", "@daily")).value();
  task.active = false;
  ASSERT_TRUE(scheduler->update_task(task));
  EXPECT_TRUE(scheduler->resume_task(task.id).value().active);
}

TEST_F(SchedulerTest, MetadataIsHeldAgainstTheHandlersSchemaWhenSaved) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  Task task = null_task("a", "@daily");
  task.metadata = R"({"sleep_ms": "long"})";
  task.priority = 500;
  const auto refused = scheduler->add_task(task);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.size(), 2u) << refused.error().message;
}

TEST_F(SchedulerTest, TwoServersCannotOwnOneFile) {
  const auto first = open();
  const auto second = open();
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(first->start());
  const auto refused = second->start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  first->drain();
  EXPECT_TRUE(second->start());
}

TEST_F(SchedulerTest, DrainingGivesBackWhatHasNotBegun) {
  const auto scheduler = open();
  ASSERT_TRUE(scheduler);
  Task task = null_task("a", "0 0 1 1 *");
  task.metadata = R"({"sleep_ms": 300})";
  task = scheduler->add_task(task).value();
  Events events(*scheduler);
  ASSERT_TRUE(scheduler->start());
  const rota::Run run = scheduler->run_task(task.id).value();
  ASSERT_TRUE(events.wait_for(Event::Kind::kRunStarted, 1));
  scheduler->drain();
  scheduler->drain();
  EXPECT_EQ(scheduler->load_run(run.id)->status, RunStatus::kSucceeded) << "it got its grace";
}

TEST_F(SchedulerTest, SaysWhyADatabaseCannotBeOpened) {
  options_.database = "postgresql://localhost/rota";
  EXPECT_FALSE(Scheduler::open(options_));
  options_.database = (folder_ / "no" / "such" / "folder.db").string();
  const auto refused = Scheduler::open(options_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint, "");
}

}  // namespace
}  // namespace rota
