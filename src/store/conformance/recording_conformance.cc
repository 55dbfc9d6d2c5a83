// What becomes of results: the run's row, how its task stands, retries and the failure limit.
#include <string>
#include <vector>

#include "store/conformance/conformance.h"

namespace rota::store {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST_P(StoreConformanceTest, ResultFillsTheRunAndTheTasksStanding) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  const ClaimedRun claimed = claim_one(node, task, slot);
  const RunResult result = result_of(claimed, RunStatus::kSucceeded);
  const std::int64_t changes = store_->last_change_seq().value();
  EXPECT_TRUE(store_->record(node, {&result, 1}).value().stale.empty());
  const rota::Run run = store_->load_run(claimed.run.id).value();
  EXPECT_EQ(run.status, RunStatus::kSucceeded);
  EXPECT_EQ(run.duration_ms, 12);
  EXPECT_EQ(run.result, "done");
  const TaskExecution execution = execution_of(task);
  EXPECT_EQ(execution.executed_at, result.started_at);
  EXPECT_EQ(execution.execution_time_ms, 12);
  EXPECT_EQ(execution.last_result, "done");
  EXPECT_EQ(execution.last_status, "succeeded");
  // Recording is not a change of configuration.
  EXPECT_EQ(store_->last_change_seq().value(), changes);
  EXPECT_TRUE(store_->load_unplanned(10).value().empty());
}

TEST_P(StoreConformanceTest, ManyResultsFillTheirTasksStandingsAlsoWhenOneTaskIsGone) {
  const Instant slot = clock_.now();
  const NodeId node = open_node();
  for (const bool one_goes : {false, true}) {
    std::vector<Task> tasks;
    std::vector<RunResult> results;
    for (int i = 0; i < 70; ++i) {
      tasks.push_back(
          add_planned((one_goes ? "With a gone one " : "All there ") + std::to_string(i), slot));
      results.push_back(result_of(claim_one(node, tasks.back(), slot), RunStatus::kSucceeded));
      results.back().failure_effect = FailureEffect::kReset;
      results.back().result = "result " + std::to_string(i);
    }
    if (one_goes) {
      const StartMark mark{results[40].key, slot};  // or it would be called off with its task
      ASSERT_TRUE(store_->mark_started(node, {&mark, 1}));
      ASSERT_TRUE(store_->remove_task(tasks[40].id, History::kKeep, "test"));
    }
    EXPECT_TRUE(store_->record(node, results).value().stale.empty());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      EXPECT_EQ(store_->load_run(results[i].key.id)->status, RunStatus::kSucceeded);
      if (one_goes && i == 40) continue;
      EXPECT_EQ(execution_of(tasks[i]).last_result, results[i].result);
      EXPECT_EQ(execution_of(tasks[i]).executed_at, results[i].started_at);
    }
    EXPECT_EQ(store_->load_task(tasks[40].id).has_value(), !one_goes);
  }
  EXPECT_TRUE(store_->check_health().value().empty());
}

TEST_P(StoreConformanceTest, ResultMayBeWrittenTwiceAfterAnUnknownOutcome) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  RunResult result = result_of(claim_one(node, task, slot), RunStatus::kFailed);
  result.failure_effect = FailureEffect::kCount;
  result.retry = RetryPlan{clock_.now() + seconds{30}, "attempt 1 failed"};
  ASSERT_EQ(store_->record(node, {&result, 1}).value().retries.size(), 1u);
  const auto again = store_->record(node, {&result, 1}).value();
  EXPECT_TRUE(again.stale.empty());
  EXPECT_TRUE(again.retries.empty());
  EXPECT_EQ(execution_of(task).failure_count, 1);
}

TEST_P(StoreConformanceTest, ResultUnderAnOldFenceChangesNothing) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  const ClaimedRun claimed = claim_one(node, task, slot);
  const RunKey key{claimed.run.id, claimed.run.fence};
  ASSERT_TRUE(store_->release(node, {&key, 1}));
  const RunResult late = result_of(claimed, RunStatus::kSucceeded);
  const auto report = store_->record(node, {&late, 1}).value();
  ASSERT_EQ(report.stale.size(), 1u);
  EXPECT_EQ(store_->load_run(claimed.run.id).value().status, RunStatus::kQueued);
  EXPECT_FALSE(execution_of(task).executed_at);
  const StartMark mark{key, clock_.now()};
  EXPECT_TRUE(store_->mark_started(node, {&mark, 1}).value().empty());
}

TEST_P(StoreConformanceTest, RetryIsARunOfItsOwnThatNamesTheFirst) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  RunResult result = result_of(claim_one(node, task, slot), RunStatus::kFailed);
  result.retry = RetryPlan{clock_.now() + seconds{30}, "attempt 1 failed"};
  const RunId retry = store_->record(node, {&result, 1}).value().retries.at(0);
  const rota::Run run = store_->load_run(retry).value();
  EXPECT_EQ(run.cause, RunCause::kRetry);
  EXPECT_EQ(run.attempt, 2);
  EXPECT_EQ(run.first_run_id, result.key.id);
  claim_one(node, add_planned("Other", clock_.now()), clock_.now());
  const auto series = store_->list_runs({.task_id = task.id, .series = result.key.id}).value().rows;
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(series[0].id, retry);
  EXPECT_EQ(series[1].id, result.key.id);
  EXPECT_EQ(run.scheduled_for, slot);
  EXPECT_EQ(run.available_at, clock_.now() + seconds{30});
}

TEST_P(StoreConformanceTest, TaskIsDeactivatedAtItsFailureLimitWithTheReason) {
  Task task = add("Backup");
  task.failures_max = 2;
  task = store_->update_task(task, "test").value();
  const PlanUpdate plan{task.id, task.version, clock_.now(), {}};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  const NodeId node = open_node();
  for (int i = 0; i < 2; ++i) {
    RunResult result =
        result_of(claim_one(node, task, clock_.now() + minutes{5 * i}), RunStatus::kFailed);
    result.failure_effect = FailureEffect::kCount;
    const auto report = store_->record(node, {&result, 1}).value();
    EXPECT_EQ(report.deactivated.size(), i == 1 ? 1u : 0u);
  }
  const TaskView view = store_->load_task(task.id).value();
  EXPECT_FALSE(view.task.active);
  EXPECT_EQ(view.task.pause_reason, "deactivated after 2 failures in a row");
  EXPECT_EQ(view.execution.failure_count, 2);
}

TEST_P(StoreConformanceTest, SuccessEndsTheCountOfFailures) {
  const Task task = add_planned("Backup", clock_.now());
  const NodeId node = open_node();
  RunResult bad = result_of(claim_one(node, task, clock_.now()), RunStatus::kFailed);
  bad.failure_effect = FailureEffect::kCount;
  ASSERT_TRUE(store_->record(node, {&bad, 1}));
  EXPECT_EQ(execution_of(task).failure_count, 1);
  RunResult good =
      result_of(claim_one(node, task, clock_.now() + minutes{5}), RunStatus::kSucceeded);
  good.failure_effect = FailureEffect::kReset;
  ASSERT_TRUE(store_->record(node, {&good, 1}));
  EXPECT_EQ(execution_of(task).failure_count, 0);
}

}  // namespace
}  // namespace rota::store
