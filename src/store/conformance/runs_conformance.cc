// Nodes, claims, fences and rescue: the protocol. Results: recording_conformance.cc.
#include <algorithm>
#include <thread>

#include "store/conformance/conformance.h"

namespace rota::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_P(StoreConformanceTest, ClaimMakesARunMovesTheTaskOnAndIsNotDueAgain) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  ASSERT_EQ(store_->load_due(slot, 10).value().size(), 1u);
  const ClaimedRun claimed = claim_one(node, task, slot);
  EXPECT_EQ(claimed.run.status, RunStatus::kClaimed);
  EXPECT_EQ(claimed.run.fence, 1);
  EXPECT_FALSE(claimed.predecessor);
  EXPECT_EQ(execution_of(task).next_scheduled_at, slot + minutes{5});
  EXPECT_TRUE(store_->load_due(slot, 10).value().empty());
  EXPECT_EQ(store_->next_due_after(slot).value(), slot + minutes{5});
}

TEST_P(StoreConformanceTest, RepeatedClaimGivesTheSameRunAndMakesNoSecondOne) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  const ClaimedRun first = claim_one(node, task, slot);
  const ClaimedRun again = claim_one(node, task, slot);
  EXPECT_EQ(first.run.id, again.run.id);
  EXPECT_EQ(store_->list_runs({}).value().rows.size(), 1u);
}

TEST_P(StoreConformanceTest, ClaimOfATaskThatMovedOnIsLeftOut) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  fixture_->run_sql("UPDATE task SET schedule = '1 minute'");
  const SlotClaim claim = claim_of(task, slot, slot + minutes{5});
  EXPECT_TRUE(store_->claim_slots(node, {&claim, 1}).value().empty());
  EXPECT_TRUE(store_->list_runs({}).value().rows.empty());
}

TEST_P(StoreConformanceTest, SlotThatHasARunNeverGetsAnother) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  const ClaimedRun claimed = claim_one(node, task, slot);
  const RunResult result = result_of(claimed, RunStatus::kSucceeded);
  ASSERT_TRUE(store_->record(node, {&result, 1}));
  const PlanUpdate back{task.id, task.version, slot, {}};
  ASSERT_TRUE(store_->save_plans({&back, 1}));
  const SlotClaim claim = claim_of(task, slot, slot + minutes{5});
  EXPECT_TRUE(store_->claim_slots(node, {&claim, 1}).value().empty());
  EXPECT_EQ(store_->list_runs({}).value().rows.size(), 1u);
}

TEST_P(StoreConformanceTest, SkippedSlotIsAFinalRowWithItsReason) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  SlotClaim claim = claim_of(task, slot, slot + minutes{5});
  claim.slots[0].skip = true;
  claim.slots[0].reason = "paused: audit";
  EXPECT_TRUE(store_->claim_slots(node, {&claim, 1}).value().empty());
  const auto runs = store_->list_runs({}).value().rows;
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].status, RunStatus::kSkipped);
  EXPECT_EQ(runs[0].reason, "paused: audit");
  EXPECT_TRUE(store_->list_runs({.include_skipped = false}).value().rows.empty());
}

TEST_P(StoreConformanceTest, ClaimKnowsAnUnfinishedRunOfTheSameTask) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  const ClaimedRun first = claim_one(node, task, slot);
  const ClaimedRun second = claim_one(node, task, slot + minutes{5});
  ASSERT_TRUE(second.predecessor);
  EXPECT_EQ(*second.predecessor, first.run.id);
}

TEST_P(StoreConformanceTest, ConcurrentClaimersNeverBothGetASlot) {
  const Instant slot = clock_.now();
  std::vector<SlotClaim> claims;
  for (int i = 0; i < 50; ++i) {
    claims.push_back(claim_of(add_planned("Task " + std::to_string(i), slot), slot, std::nullopt));
  }
  const NodeId node = open_node();
  std::vector<std::thread> claimers;
  for (int i = 0; i < 4; ++i) {
    claimers.emplace_back([&] { EXPECT_TRUE(store_->claim_slots(node, claims)); });
  }
  for (std::thread& claimer : claimers) claimer.join();
  EXPECT_EQ(store_->list_runs({.limit = 1000}).value().rows.size(), 50u);
}

TEST_P(StoreConformanceTest, QueueGivesTheMostUrgentFirstAndNothingBeforeItsTime) {
  Task low = add("Low");
  Task high;
  high.name = "High";
  high.type = "null";
  high.schedule = "@daily";
  high.priority = 1;
  high = store_->add_task(high, "test").value();
  const NodeId node = open_node();
  ASSERT_TRUE(store_->enqueue_run({.task_id = low.id, .metadata = R"({"x":1})"}));
  ASSERT_TRUE(store_->enqueue_run({.task_id = high.id, .requested_by = "anna"}));
  EXPECT_TRUE(store_->claim_queued(node, clock_.now() - seconds{1}, 10).value().runs.empty());
  const auto queue = store_->claim_queued(node, clock_.now(), 10).value();
  ASSERT_EQ(queue.runs.size(), 2u);
  EXPECT_EQ(queue.runs[0].run.task_id, high.id);
  EXPECT_EQ(queue.runs[0].run.requested_by, "anna");
  EXPECT_EQ(queue.runs[0].run.fence, 1);
  EXPECT_EQ(queue.runs[1].run.metadata, R"({"x":1})");
  EXPECT_EQ(queue.tasks.size(), 2u);
  EXPECT_TRUE(store_->claim_queued(node, clock_.now(), 10).value().runs.empty());
}

TEST_P(StoreConformanceTest, WithdrawnSlotLeavesNoRowAndMayBeClaimedAgain) {
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const NodeId node = open_node();
  const ClaimedRun claimed = claim_one(node, task, slot);
  const RunKey key{claimed.run.id, claimed.run.fence};
  ASSERT_TRUE(store_->withdraw(node, {&key, 1}));
  EXPECT_TRUE(store_->list_runs({}).value().rows.empty());
}

TEST_P(StoreConformanceTest, RunsOfADeadNodeAreGivenBackOrLostAndRunAgain) {
  const Instant slot = clock_.now();
  const Task waiting = add_planned("Waiting", slot);
  const Task begun = add_planned("Begun", slot);
  Task once = add("Once");
  once.delivery = Delivery::kAtMostOnce;
  once = store_->update_task(once, "test").value();
  const PlanUpdate plan{once.id, once.version, slot, {}};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  const NodeId dead = open_node();
  const ClaimedRun w = claim_one(dead, waiting, slot);
  const ClaimedRun b = claim_one(dead, begun, slot);
  const ClaimedRun o = claim_one(dead, once, slot);
  const StartMark marks[] = {{{b.run.id, b.run.fence}, slot}, {{o.run.id, o.run.fence}, slot}};
  ASSERT_EQ(store_->mark_started(dead, marks).value().size(), 2u);

  store_.reset();
  clock_.advance(minutes{1});
  store_ = fixture_->open(clock_);
  const NodeId heir = open_node();
  const RescueReport report = store_->rescue(heir, seconds{1}, 3).value();
  EXPECT_EQ(report.given_back, 1u);
  EXPECT_EQ(report.lost, 2u);
  EXPECT_EQ(report.rerun, 1u);
  EXPECT_EQ(store_->load_run(b.run.id).value().status, RunStatus::kLost);
  EXPECT_EQ(store_->load_run(o.run.id).value().status, RunStatus::kLost);
  const auto queue = store_->claim_queued(heir, clock_.now(), 10).value();
  ASSERT_EQ(queue.runs.size(), 2u);
  EXPECT_EQ(queue.runs[0].run.id, w.run.id);
  EXPECT_EQ(queue.runs[0].run.fence, 3);
  EXPECT_EQ(queue.runs[1].run.first_run_id, b.run.id);
  // What the dead node still wanted to say names an old fence.
  const RunResult late = result_of(w, RunStatus::kSucceeded);
  EXPECT_EQ(store_->record(dead, {&late, 1}).value().stale.size(), 1u);
  EXPECT_EQ(store_->renew_lease(dead, seconds{5}).error().code, ErrorCode::kStale);
  EXPECT_EQ(store_->claim_slots(dead, {}).error().code, ErrorCode::kStale);
}

TEST_P(StoreConformanceTest, RunThatKillsItsNodesIsNotRunForEver) {
  const Task task = add_planned("Poison", clock_.now());
  NodeId node = open_node();
  ClaimedRun claimed = claim_one(node, task, clock_.now());
  int runs = 1;
  for (; runs < 10; ++runs) {
    const StartMark mark{{claimed.run.id, claimed.run.fence}, clock_.now()};
    ASSERT_EQ(store_->mark_started(node, {&mark, 1}).value().size(), 1u);
    store_.reset();
    store_ = fixture_->open(clock_);
    node = open_node();
    ASSERT_TRUE(store_->rescue(node, seconds{1}, 3));
    auto queue = store_->claim_queued(node, clock_.now(), 10).value();
    if (queue.runs.empty()) break;
    claimed = queue.runs[0];
  }
  EXPECT_EQ(runs, 3);
}

TEST_P(StoreConformanceTest, RunsThatMakeUpForSlotsWaitForTheirTurn) {
  const Task task = add("Backup");
  const Instant slot = clock_.now() - hours{5};
  const std::vector<NewRun> wanted{
      {.task_id = task.id,
       .scheduled_for = slot,
       .available_at = clock_.now() + minutes{1},
       .priority = kPriorityLeast,
       .reason = "backfill"},
      {.task_id = task.id, .scheduled_for = slot + hours{1}},
  };
  const auto queued = store_->enqueue_runs(wanted).value();
  ASSERT_EQ(queued.size(), 2u);
  EXPECT_EQ(queued[0].scheduled_for, slot);
  EXPECT_EQ(queued[0].available_at, clock_.now() + minutes{1});
  EXPECT_EQ(queued[0].priority, kPriorityLeast);
  EXPECT_EQ(queued[0].reason, "backfill");
  EXPECT_EQ(queued[1].priority, task.priority);
  const NodeId node = open_node();
  EXPECT_EQ(store_->claim_queued(node, clock_.now(), 10).value().runs.size(), 1u);
  const std::vector<NewRun> half_wrong{{.task_id = task.id}, {.task_id = TaskId{999}}};
  EXPECT_EQ(store_->enqueue_runs(half_wrong).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->list_runs({.task_id = task.id}).value().rows.size(), 2u) << "all or none";
}

TEST_P(StoreConformanceTest, OutputComesBackInOrderAndBounded) {
  const Task task = add("Backup");
  const rota::Run run = store_->enqueue_run({.task_id = task.id}).value();
  std::vector<OutputChunk> chunks;
  for (int i = 0; i < 5; ++i) {
    chunks.push_back({run.id, i, 1 + i % 2, std::string("a\0b\xff", 4)});
  }
  ASSERT_TRUE(store_->append_output(chunks));
  ASSERT_TRUE(store_->append_output(chunks));
  const auto all = store_->load_output(run.id, -1, 1000).value();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[3].bytes, std::string("a\0b\xff", 4));
  EXPECT_EQ(store_->load_output(run.id, 2, 1000).value().size(), 2u);
  EXPECT_EQ(store_->load_output(run.id, -1, 9).value().size(), 2u);
}

TEST_P(StoreConformanceTest, RunsAreListedNewestFirstPageByPage) {
  const Task task = add("Backup");
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(store_->enqueue_run({.task_id = task.id}));
  RunQuery query{.task_id = task.id, .limit = 3};
  std::vector<std::int64_t> ids;
  do {
    const auto page = store_->list_runs(query).value();
    for (const rota::Run& run : page.rows) ids.push_back(run.id.value);
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  ASSERT_EQ(ids.size(), 7u);
  EXPECT_TRUE(std::ranges::is_sorted(ids, std::greater{}));
}

TEST_P(StoreConformanceTest, ACursorIsGoodForItsOwnListOfRunsAlone) {
  const Task task = add("Backup");
  const Task other = add("Other");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store_->enqueue_run({.task_id = task.id}));
  const std::string cursor = store_->list_runs({.task_id = task.id, .limit = 1})->next_cursor;
  EXPECT_TRUE(store_->list_runs({.task_id = task.id, .limit = 2, .cursor = cursor}));
  const std::vector<RunQuery> wrong{
      {.task_id = other.id, .cursor = cursor},
      {.cursor = cursor},
      {.task_id = task.id, .statuses = {RunStatus::kFailed}, .cursor = cursor},
      {.task_id = task.id, .cursor = "2"},
      {.task_id = task.id, .cursor = "9223372036854775808"},
      {.task_id = task.id, .cursor = cursor + " "},
      {.task_id = task.id, .cursor = std::string(100'000, '9')}};
  for (const RunQuery& query : wrong) {
    const auto page = store_->list_runs(query);
    ASSERT_FALSE(page) << query.cursor.substr(0, 40);
    EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST_P(StoreConformanceTest, OldAndSurplusRunsGoUnfinishedOnesStay) {
  Task task = add("Backup");
  task.keep_runs = 3;
  task = store_->update_task(task, "test").value();
  const PlanUpdate plan{task.id, task.version, clock_.now(), {}};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  const NodeId node = open_node();
  const Instant first = clock_.now();
  for (int i = 0; i < 8; ++i) {
    const RunResult result =
        result_of(claim_one(node, task, first + minutes{5 * i}), RunStatus::kSucceeded);
    ASSERT_TRUE(store_->record(node, {&result, 1}));
    clock_.advance(minutes{5});
  }
  ASSERT_TRUE(store_->enqueue_run({.task_id = task.id}));
  // One is too old; of the seven others three are kept, beside the one that has not run yet.
  EXPECT_EQ(store_->prune({.finished_before = first + minutes{1}}).value(), 5u);
  const auto runs = store_->list_runs({.task_id = task.id}).value().rows;
  EXPECT_EQ(runs.size(), 4u);
  EXPECT_EQ(runs.front().status, RunStatus::kQueued);
  // What is set for all counts where the task itself keeps more.
  EXPECT_EQ(store_->prune({.finished_before = first, .keep_max = 1}).value(), 2u);
}

TEST_P(StoreConformanceTest, SummaryCountsAndHealthIsGood) {
  add("Backup");
  const StoreSummary summary = store_->summarize().value();
  EXPECT_EQ(summary.tasks, 1);
  EXPECT_GT(summary.schema_version, 0);
  EXPECT_TRUE(store_->check_health().value().empty());
}

TEST_P(StoreConformanceTest, QueuedRunIsCancelledAndAClaimedOneIsNot) {
  const Task task = add("a");
  const rota::Run queued = store_->enqueue_run({.task_id = task.id}).value();
  EXPECT_TRUE(store_->cancel_queued(queued.id, "cancelled by ann").value());
  EXPECT_EQ(store_->load_run(queued.id)->status, RunStatus::kCancelled);
  EXPECT_EQ(store_->load_run(queued.id)->reason, "cancelled by ann");
  EXPECT_FALSE(store_->cancel_queued(queued.id, "again").value());
  EXPECT_EQ(store_->cancel_queued(RunId{999}, "x").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace rota::store
