// Tasks: adding, editing, removing, listing, and noticing writers who know only SQL.
#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "store/conformance/conformance.h"

namespace rota::store {
namespace {

using std::chrono::seconds;

TEST_P(StoreConformanceTest, AddedTaskGetsItsIdVersionAnchorAndTimes) {
  const Task task = add("Backup");
  EXPECT_TRUE(task.id.is_set());
  EXPECT_EQ(task.version, 1);
  EXPECT_EQ(task.anchor_at, clock_.now());
  EXPECT_EQ(task.created_at, clock_.now());
  EXPECT_EQ(task.updated_by, "test");
}

TEST_P(StoreConformanceTest, EveryFieldOfATaskSurvivesTheRoundTrip) {
  Task task;
  task.name = "Löhne \xF0\x9F\x92\xB0";
  task.type = "null";
  task.schedule = "30 9 * * 1-5";
  task.timezone = "Europe/London";
  task.working_days_only = true;
  task.on_non_working_day = NonWorkingDay::kPrevious;
  task.calendar_id = store_->load_calendar_by_name("scotland").value().calendar.id;
  task.working_day_offset = -3;
  task.priority = 7;
  task.active = false;
  task.paused_until = kForever;
  task.pause_reason = "audit";
  task.metadata = R"({"a":[1,2]})";
  task.description = "pays";
  task.owner = "payroll";
  task.tags = "money,monthly";
  task.queue = "slow";
  task.starts_at = clock_.now();
  task.ends_at = clock_.now() + seconds{60};
  task.anchor_at = clock_.now() - seconds{60};
  task.jitter_s = 5;
  task.catch_up = CatchUp::kAll;
  task.catch_up_window_s = 99;
  task.overlap = Overlap::kCancelRunning;
  task.delivery = Delivery::kAtMostOnce;
  task.timeout_s = 11;
  task.attempts_max = 4;
  task.retry_delay_s = 2;
  task.retry_backoff = RetryBackoff::kFixed;
  task.retry_delay_max_s = 8;
  task.failures_max = 3;
  task.keep_runs = 10;
  task.backlog_max = 7;
  task.dst_gap = DstGap::kSkip;
  task.dst_overlap = DstOverlap::kBoth;
  const Task stored = store_->add_task(task, "test").value();
  const Task read = store_->load_task_by_name(task.name).value().task;
  EXPECT_EQ(read.id, stored.id);
  EXPECT_EQ(read.timezone, task.timezone);
  EXPECT_TRUE(read.working_days_only);
  EXPECT_EQ(read.on_non_working_day, task.on_non_working_day);
  EXPECT_EQ(read.calendar_id, task.calendar_id);
  EXPECT_EQ(read.working_day_offset, -3);
  EXPECT_EQ(read.priority, 7);
  EXPECT_FALSE(read.active);
  EXPECT_EQ(read.paused_until, kForever);
  EXPECT_EQ(read.metadata, task.metadata);
  EXPECT_EQ(read.tags, task.tags);
  EXPECT_EQ(read.queue, task.queue);
  EXPECT_EQ(read.starts_at, task.starts_at);
  EXPECT_EQ(read.ends_at, task.ends_at);
  EXPECT_EQ(read.anchor_at, task.anchor_at);
  EXPECT_EQ(read.jitter_s, 5);
  EXPECT_EQ(read.catch_up, CatchUp::kAll);
  EXPECT_EQ(read.catch_up_window_s, 99);
  EXPECT_EQ(read.overlap, Overlap::kCancelRunning);
  EXPECT_EQ(read.delivery, Delivery::kAtMostOnce);
  EXPECT_EQ(read.timeout_s, 11);
  EXPECT_EQ(read.attempts_max, 4);
  EXPECT_EQ(read.retry_delay_s, 2);
  EXPECT_EQ(read.retry_backoff, RetryBackoff::kFixed);
  EXPECT_EQ(read.retry_delay_max_s, 8);
  EXPECT_EQ(read.failures_max, 3);
  EXPECT_EQ(read.keep_runs, 10);
  EXPECT_EQ(read.backlog_max, 7);
  EXPECT_EQ(read.dst_gap, DstGap::kSkip);
  EXPECT_EQ(read.dst_overlap, DstOverlap::kBoth);
}

TEST_P(StoreConformanceTest, SecondTaskOfANameIsRefusedAndNamesTheField) {
  add("Backup");
  Task twin;
  twin.name = "Backup";
  twin.type = "null";
  twin.schedule = "@daily";
  const auto refused = store_->add_task(twin, "test");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kAlreadyExists);
  ASSERT_EQ(refused.error().fields.size(), 1u);
  EXPECT_EQ(refused.error().fields[0].field, "name");
}

TEST_P(StoreConformanceTest, ManyTasksAreAddedAllOrNone) {
  Task one;
  one.name = "One";
  one.type = "null";
  one.schedule = "@daily";
  const Task twins[] = {one, one};
  EXPECT_FALSE(store_->add_tasks(twins, "test"));
  EXPECT_EQ(store_->list_tasks({}).value().total, 0);
}

TEST_P(StoreConformanceTest, EditOfAnOldVersionIsRefusedAndChangesNothing) {
  Task task = add("Backup");
  task.description = "first";
  const Task first = store_->update_task(task, "anna").value();
  EXPECT_EQ(first.version, 2);
  task.description = "second";
  const auto late = store_->update_task(task, "ben");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kVersionConflict);
  EXPECT_EQ(store_->load_task(task.id).value().task.description, "first");
}

TEST_P(StoreConformanceTest, RemovingATaskRemovesItsExecutionAndKeepsHistoryIfAsked) {
  const Task kept = add("Kept");
  const Task gone = add("Gone");
  ASSERT_TRUE(store_->enqueue_run({.task_id = kept.id}));
  ASSERT_TRUE(store_->enqueue_run({.task_id = gone.id}));
  ASSERT_TRUE(store_->remove_task(kept.id, History::kKeep, "test"));
  ASSERT_TRUE(store_->remove_task(gone.id, History::kRemove, "test"));
  EXPECT_EQ(store_->load_task(kept.id).error().code, ErrorCode::kNotFound);
  const auto runs = store_->list_runs({.task_id = kept.id}).value().rows;
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].status, RunStatus::kCancelled);
  EXPECT_TRUE(store_->list_runs({.task_id = gone.id}).value().rows.empty());
  const auto changes = store_->load_changes(0, 100).value();
  EXPECT_EQ(changes.back().op, "delete");
  EXPECT_EQ(changes.back().by, "test");
}

TEST_P(StoreConformanceTest, EveryChangeIsWrittenDownWithBothRows) {
  Task task = add("Backup");
  task.priority = 3;
  ASSERT_TRUE(store_->update_task(task, "anna"));
  const auto changes = store_->load_changes(0, 100).value();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].op, "insert");
  EXPECT_EQ(changes[1].op, "update");
  EXPECT_EQ(changes[1].by, "anna");
  EXPECT_NE(changes[1].old_row.find("\"priority\":50"), std::string::npos);
  EXPECT_NE(changes[1].new_row.find("\"priority\":3"), std::string::npos);
}

TEST_P(StoreConformanceTest, TaskOfPlainSqlNeedsOnlyNameTypeAndSchedule) {
  fixture_->run_sql("INSERT INTO task (name, type, schedule) VALUES ('By hand', 'null', '@daily')");
  const TaskView view = store_->load_task_by_name("By hand").value();
  EXPECT_EQ(view.task.timezone, "UTC");
  EXPECT_TRUE(view.task.anchor_at.has_value());
  EXPECT_GT(view.task.created_at.time_since_epoch().count(), 0);
  EXPECT_EQ(store_->load_unplanned(10).value().size(), 1u);
}

TEST_P(StoreConformanceTest, PlainSqlUpdateRaisesTheVersionAndAsksForANewPlan) {
  const Task task = add_planned("Backup", clock_.now());
  EXPECT_TRUE(store_->load_unplanned(10).value().empty());
  fixture_->run_sql("UPDATE task SET schedule = '1 minute' WHERE name = 'Backup'");
  const auto unplanned = store_->load_unplanned(10).value();
  ASSERT_EQ(unplanned.size(), 1u);
  EXPECT_EQ(unplanned[0].task.version, task.version + 1);
  EXPECT_EQ(unplanned[0].task.updated_by, "sql");
  EXPECT_TRUE(store_->load_due(clock_.now(), 10).value().empty());
}

TEST_P(StoreConformanceTest, ChangeThatDoesNotMoveSlotsAsksForNoNewPlan) {
  add_planned("Backup", clock_.now());
  fixture_->run_sql("UPDATE task SET description = 'x', metadata = '{\"a\":1}'");
  EXPECT_TRUE(store_->load_unplanned(10).value().empty());
}

TEST_P(StoreConformanceTest, PlanOfAnOldVersionIsIgnored) {
  const Task task = add("Backup");
  fixture_->run_sql("UPDATE task SET schedule = '1 minute'");
  const PlanUpdate plan{task.id, task.version, clock_.now(), {}};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  EXPECT_EQ(store_->load_unplanned(10).value().size(), 1u);
}

TEST_P(StoreConformanceTest, ScheduleErrorMarksTheTaskAndTakesItOutOfPlanning) {
  const Task task = add("Backup");
  const PlanUpdate plan{task.id, task.version, std::nullopt, "expected a number at column 3"};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  EXPECT_EQ(execution_of(task).schedule_error, "expected a number at column 3");
  EXPECT_TRUE(store_->load_unplanned(10).value().empty());
  EXPECT_EQ(store_->list_tasks({.failing_only = true}).value().rows.size(), 1u);
}

TEST_P(StoreConformanceTest, ListsWhatIsPausedNowAndNotWhatWasOnce) {
  Task paused = add("Paused");
  paused.paused_until = Instant{std::chrono::seconds{253'402'300'799}};  // the year 9999
  ASSERT_TRUE(store_->update_task(paused, "test"));
  Task resumed = add("Resumed");
  resumed.paused_until = Instant{std::chrono::seconds{1}};
  ASSERT_TRUE(store_->update_task(resumed, "test"));
  add("Never paused");
  const auto page = store_->list_tasks({.paused_only = true}).value();
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_EQ(page.rows[0].task.name, "Paused");
  EXPECT_EQ(page.total, 1);
}

TEST_P(StoreConformanceTest, ListsPageByPageInEveryOrderWithoutGapsOrRepeats) {
  for (int i = 0; i < 23; ++i) {
    const Task task = add("Task " + std::to_string(i % 7) + "/" + std::to_string(i));
    if (i % 3 == 0) {
      const PlanUpdate plan{task.id, task.version, clock_.now() + seconds{i % 5}, {}};
      ASSERT_TRUE(store_->save_plans({&plan, 1}));
    }
  }
  for (const TaskOrder order : {TaskOrder::kId, TaskOrder::kName, TaskOrder::kType,
                                TaskOrder::kPriority, TaskOrder::kNextScheduled}) {
    for (const bool descending : {false, true}) {
      TaskQuery query{.order = order, .descending = descending, .limit = 5};
      std::vector<std::int64_t> ids;
      do {
        const auto page = store_->list_tasks(query).value();
        EXPECT_EQ(page.total, 23);
        for (const TaskView& view : page.rows) ids.push_back(view.task.id.value);
        query.cursor = page.next_cursor;
      } while (!query.cursor.empty());
      std::ranges::sort(ids);
      EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
      EXPECT_EQ(ids.size(), 23u);
    }
  }
}

TEST_P(StoreConformanceTest, SearchTakesItsTextLiterally) {
  add("100% done");
  add("100 times");
  EXPECT_EQ(store_->list_tasks({.search = "100%"}).value().rows.size(), 1u);
  EXPECT_EQ(store_->list_tasks({.search = "DONE"}).value().rows.size(), 1u);
  EXPECT_EQ(store_->list_tasks({.search = "' OR 1=1 --"}).value().rows.size(), 0u);
  EXPECT_EQ(store_->list_tasks({.cursor = "rubbish"}).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(StoreConformanceTest, SearchFollowsEveryChange) {
  const auto found = [&](std::string search) {
    const auto page = store_->list_tasks({.search = std::move(search)}).value();
    EXPECT_EQ(page.total, static_cast<std::int64_t>(page.rows.size()));
    return page.rows.size();
  };
  Task task = add("Quarterly accounts");
  add("Monthly \"accounts\"");
  add("Zürich payroll");
  EXPECT_EQ(found("accounts"), 2u);
  EXPECT_EQ(found("TERLY"), 1u);
  EXPECT_EQ(found("\"acc"), 1u);
  EXPECT_EQ(found("ürich"), 1u);
  EXPECT_EQ(found("ü"), 1u) << "too short for an index";
  EXPECT_EQ(found("nul"), 3u) << "the type is searched, too";
  task.name = "Yearly ledger";
  ASSERT_TRUE(store_->update_task(task, "test"));
  EXPECT_EQ(found("terly"), 0u);
  EXPECT_EQ(found("ledger"), 1u);
  ASSERT_TRUE(store_->remove_task(task.id, History::kRemove, "test"));
  EXPECT_EQ(found("ledger"), 0u);
}

// Counts calls and waits for one, without guessing how long it takes.
class Bell {
 public:
  void ring() {
    const std::lock_guard lock(mutex_);
    ++rung_;
    changed_.notify_all();
  }
  bool wait_for_another(int than) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds{5}, [&] { return rung_ > than; });
  }
  int rung() {
    const std::lock_guard lock(mutex_);
    return rung_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int rung_ = 0;
};

TEST_P(StoreConformanceTest, WatchHearsOfWritesOfItsOwnAndOfOtherPrograms) {
  const Task task = add_planned("Backup", clock_.now());
  Bell bell;
  store_->watch([&] { bell.ring(); });
  ASSERT_TRUE(store_->enqueue_run({.task_id = task.id}));
  EXPECT_TRUE(bell.wait_for_another(0));
  const int before = bell.rung();
  fixture_->run_sql("UPDATE task SET schedule = '1 minute'");
  EXPECT_TRUE(bell.wait_for_another(before));
  store_->watch(nullptr);
}

TEST_P(StoreConformanceTest, WhoPausedATaskStaysKnownWhileOthersEditIt) {
  Task task = add("a");
  EXPECT_EQ(store_->load_task(task.id)->task.paused_by, "");
  task.paused_until = kForever;
  task = store_->update_task(task, "ann").value();
  EXPECT_EQ(task.paused_by, "ann");
  task.description = "edited meanwhile";
  task = store_->update_task(task, "bob").value();
  EXPECT_EQ(task.paused_by, "ann");
  task.paused_until.reset();
  EXPECT_EQ(store_->update_task(task, "bob")->paused_by, "");
}

TEST_P(StoreConformanceTest, ChangesOfOneTaskComeNewestFirst) {
  Task task = add("a");
  (void)add("b");
  task.description = "second";
  task = store_->update_task(task, "ann").value();
  const auto changes = store_->load_task_changes(task.id, INT64_MAX, 10).value();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].by, "ann");
  EXPECT_EQ(changes[1].op, "insert");
  EXPECT_EQ(store_->load_task_changes(task.id, changes[0].seq, 10)->size(), 1u);
}

}  // namespace
}  // namespace rota::store
