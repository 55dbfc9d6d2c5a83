// Decisions: one row for every due slot, whether it became a run or not.
#include <algorithm>

#include "store/conformance/conformance.h"

namespace rota::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

SkippedRange closed_day(Instant first, std::string reason, std::int64_t slots = 1) {
  return {first, first + minutes{slots - 1}, slots, SkipKind::kClosedDay, std::move(reason)};
}

TEST_P(StoreConformanceTest, SlotThatRanOrRanLateOrWaitsHasItsDecision) {
  const NodeId node = open_node();
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const ClaimedRun first = claim_one(node, task, slot);
  EXPECT_EQ(store_->list_decisions({}).value().rows.at(0).verdict, Verdict::kWaiting);
  clock_.advance(milliseconds{300});
  const RunResult in_time = result_of(first, RunStatus::kFailed);
  ASSERT_TRUE(store_->record(node, {&in_time, 1}));
  const ClaimedRun second = claim_one(node, task, slot + minutes{5});
  EXPECT_EQ(store_->list_decisions({}).value().rows.size(), 1u) << "the second is not due yet";
  clock_.advance(minutes{6});
  const RunResult late = result_of(second, RunStatus::kSucceeded);
  ASSERT_TRUE(store_->record(node, {&late, 1}));
  const auto rows = store_->list_decisions({}).value().rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].verdict, Verdict::kRanLate);
  EXPECT_EQ(rows[0].run_id, second.run.id);
  EXPECT_EQ(rows[0].late, minutes{1} + milliseconds{300});
  EXPECT_EQ(rows[1].verdict, Verdict::kRan);
  EXPECT_EQ(rows[1].status, RunStatus::kFailed);
  EXPECT_EQ(rows[1].first_slot, slot);
  EXPECT_EQ(rows[1].last_slot, slot);
  EXPECT_EQ(rows[1].slots, 1);
  EXPECT_EQ(rows[1].late, milliseconds{300});
}

TEST_P(StoreConformanceTest, SkippedAndMissedSlotsSayWhy) {
  const NodeId node = open_node();
  const Instant slot = clock_.now() - minutes{10};
  const Task task = add_planned("Backup", slot);
  SlotClaim claim = claim_of(task, slot, slot + minutes{60});
  claim.slots = {{slot, RunCause::kSchedule, true, "paused by anna", SkipKind::kPaused},
                 {slot + minutes{5}, RunCause::kCatchUp, true, "missed: no server ran",
                  SkipKind::kNotCaughtUp}};
  ASSERT_TRUE(store_->claim_slots(node, {&claim, 1}));
  const auto rows = store_->list_decisions({.unrun_only = true}).value().rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].verdict, Verdict::kMissed);
  EXPECT_EQ(rows[0].reason, "missed: no server ran");
  EXPECT_EQ(rows[0].kind, SkipKind::kNotCaughtUp);
  EXPECT_EQ(rows[1].kind, SkipKind::kPaused);
  EXPECT_EQ(rows[1].verdict, Verdict::kSkipped);
  EXPECT_EQ(rows[1].reason, "paused by anna");
  EXPECT_FALSE(rows[1].started_at.has_value());
}

TEST_P(StoreConformanceTest, MissedSlotNamesTheLaterOneThatWasTakenAndWhatBecameOfIt) {
  const NodeId node = open_node();
  const Instant slot = clock_.now() - minutes{10};
  const Task task = add_planned("Backup", slot);
  SlotClaim claim = claim_of(task, slot, slot + minutes{60});
  claim.slots = {{slot, RunCause::kSchedule, true, "missed", SkipKind::kLaterSlot},
                 {slot + minutes{5}, RunCause::kCatchUp},
                 {slot + minutes{9}, RunCause::kSchedule}};
  const auto claimed = store_->claim_slots(node, {&claim, 1}).value();
  ASSERT_EQ(claimed.size(), 2u);
  auto missed = store_->list_decisions({.unrun_only = true}).value().rows.at(0);
  EXPECT_EQ(missed.verdict, Verdict::kMissed);
  EXPECT_EQ(missed.made_up_by, claimed[0].run.id) << "the first that was taken";
  EXPECT_EQ(missed.made_up_status, RunStatus::kClaimed);
  const RunResult result = result_of(claimed[0], RunStatus::kSucceeded);
  ASSERT_TRUE(store_->record(node, {&result, 1}));
  missed = store_->list_decisions({.unrun_only = true}).value().rows.at(0);
  EXPECT_EQ(missed.made_up_status, RunStatus::kSucceeded);
  EXPECT_EQ(store_->load_run(*missed.run_id).value().made_up_by, claimed[0].run.id);
}

TEST_P(StoreConformanceTest, SlotThatWasMadeUpForNamesTheRunThatDidIt) {
  const NodeId node = open_node();
  const Instant slot = clock_.now() - minutes{10};
  const Task task = add_planned("Backup", slot);
  SlotClaim claim = claim_of(task, slot, slot + minutes{60});
  claim.slots = {{slot, RunCause::kSchedule, true, "paused", SkipKind::kPaused},
                 {slot + minutes{5}, RunCause::kSchedule}};
  const auto claimed = store_->claim_slots(node, {&claim, 1}).value();
  const RunResult well = result_of(claimed.at(0), RunStatus::kSucceeded);
  ASSERT_TRUE(store_->record(node, {&well, 1}));
  std::vector<NewRun> wanted(2);
  for (NewRun& run : wanted) {
    run.task_id = task.id;
    run.makes_up = true;
  }
  wanted[0].scheduled_for = slot;
  wanted[1].scheduled_for = slot + minutes{5};
  const auto queued = store_->enqueue_runs(wanted).value();
  const auto rows = store_->list_decisions({.task_id = task.id}).value().rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_FALSE(rows[0].made_up_by) << "it ran well itself";
  EXPECT_EQ(rows[1].made_up_by, queued[0].id);
  EXPECT_EQ(rows[1].made_up_status, RunStatus::kQueued);
  EXPECT_EQ(rows[1].kind, SkipKind::kPaused);
}

TEST_P(StoreConformanceTest, RefusedAndCancelledRunsSayWhyInAWord) {
  const NodeId node = open_node();
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  const ClaimedRun claimed = claim_one(node, task, slot);
  RunResult refused = result_of(claimed, RunStatus::kSkipped);
  refused.started_at.reset();
  refused.reason = "backlog full: run 1 waits already for run 2";
  refused.skip_kind = SkipKind::kBacklog;
  ASSERT_TRUE(store_->record(node, {&refused, 1}));
  const auto row = store_->list_decisions({.unrun_only = true}).value().rows.at(0);
  EXPECT_EQ(row.kind, SkipKind::kBacklog);
  EXPECT_EQ(row.verdict, Verdict::kSkipped);
  NewRun by_hand;
  by_hand.task_id = task.id;
  const rota::Run queued = store_->enqueue_run(by_hand).value();
  ASSERT_TRUE(store_->cancel_queued(queued.id, "not today").value());
  EXPECT_EQ(store_->load_run(queued.id).value().skip_kind, SkipKind::kCancelled);
}

TEST_P(StoreConformanceTest, SlotsLeftOutAreCountedByTaskForTheLastHourOfThem) {
  const NodeId node = open_node();
  const Instant slot = clock_.now() - std::chrono::hours{3};
  const Task crowded = add_planned("Crowded", slot);
  const Task paused = add_planned("Paused", slot);
  SlotClaim claim = claim_of(crowded, slot, slot + std::chrono::hours{9});
  claim.slots.clear();
  for (int i = 0; i < 100; ++i) {
    const auto kind = i % 2 == 0 ? SkipKind::kBacklog : SkipKind::kOverlap;
    claim.slots.push_back({slot + minutes{i}, RunCause::kSchedule, true, "full", kind});
  }
  ASSERT_TRUE(store_->claim_slots(node, {&claim, 1}));
  SlotClaim other = claim_of(paused, slot, slot + std::chrono::hours{9});
  other.slots = {{slot, RunCause::kSchedule, true, "paused", SkipKind::kPaused}};
  ASSERT_TRUE(store_->claim_slots(node, {&other, 1}));
  const auto all = store_->list_left_out(slot, std::nullopt).value();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].task_id, crowded.id);
  EXPECT_EQ(all[0].slots, 60);
  EXPECT_EQ(all[0].last_slot, slot + minutes{99});
  EXPECT_EQ(store_->list_left_out(slot, crowded.id).value().size(), 1u);
  EXPECT_TRUE(store_->list_left_out(slot, paused.id).value().empty());
  EXPECT_TRUE(store_->list_left_out(slot + minutes{100}, std::nullopt).value().empty());
}

TEST_P(StoreConformanceTest, RemovedTasksKeepTheirNamesAsLongAsTheirHistory) {
  const Task first = add("Payroll");
  ASSERT_TRUE(store_->remove_task(first.id, History::kKeep, "anna"));
  clock_.advance(seconds{1});
  fixture_->run_sql("UPDATE task SET name = name");
  const Task second = add("Payroll");
  EXPECT_EQ(store_->find_removed("Payroll").value().size(), 1u);
  ASSERT_TRUE(store_->remove_task(second.id, History::kKeep, "bob"));
  const auto both = store_->find_removed("Payroll").value();
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].id, second.id) << "the latest first";
  EXPECT_EQ(both[1].removed_by, "anna");
  EXPECT_EQ(both[1].type, "null");
  const std::vector<TaskId> ids{first.id, TaskId{999}};
  const auto by_id = store_->find_removed(ids).value();
  ASSERT_EQ(by_id.size(), 1u);
  EXPECT_EQ(by_id[0].name, "Payroll");
  const Task gone = add("Gone");
  ASSERT_TRUE(store_->remove_task(gone.id, History::kRemove, "anna"));
  EXPECT_TRUE(store_->find_removed("Gone").value().empty());
}

TEST_P(StoreConformanceTest, ClosedDaysOfAClaimAreKeptOnceAndShownWhenTheyAreDue) {
  const NodeId node = open_node();
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  SlotClaim claim = claim_of(task, slot, slot + minutes{60});
  claim.skipped = {closed_day(slot - minutes{30}, "Saturday", 5),
                   closed_day(slot + minutes{30}, "Sunday", 5)};
  ASSERT_TRUE(store_->claim_slots(node, {&claim, 1}));
  const auto due = store_->list_decisions({.unrun_only = true}).value().rows;
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].verdict, Verdict::kSkipped);
  EXPECT_EQ(due[0].reason, "Saturday");
  EXPECT_EQ(due[0].slots, 5);
  EXPECT_EQ(due[0].first_slot, slot - minutes{30});
  EXPECT_EQ(due[0].last_slot, slot - minutes{26});
  EXPECT_FALSE(due[0].run_id.has_value());
  SlotClaim again = claim_of(task, slot + minutes{60}, slot + minutes{120});
  again.skipped = {closed_day(slot - minutes{30}, "said twice")};
  ASSERT_TRUE(store_->claim_slots(node, {&again, 1}));
  clock_.advance(minutes{31});
  const auto later = store_->list_decisions({.task_id = task.id, .unrun_only = true}).value().rows;
  ASSERT_EQ(later.size(), 2u);
  EXPECT_EQ(later[0].reason, "Sunday");
  EXPECT_EQ(later[1].reason, "Saturday");
}

TEST_P(StoreConformanceTest, RefusedClaimLeavesNoDecision) {
  const NodeId node = open_node();
  const Instant slot = clock_.now();
  const Task task = add_planned("Backup", slot);
  SlotClaim claim = claim_of(task, slot + minutes{1}, slot + minutes{60});
  claim.skipped = {closed_day(slot - minutes{30}, "Saturday")};
  ASSERT_TRUE(store_->claim_slots(node, {&claim, 1}));
  EXPECT_TRUE(store_->list_decisions({}).value().rows.empty());
}

TEST_P(StoreConformanceTest, NewPlanForgetsWhatWasDecidedForLaterSlots) {
  const Instant now = clock_.now();
  const Task task = add("Backup");
  PlanUpdate plan{task.id, task.version, now + minutes{60}, {}};
  plan.skipped = {closed_day(now - minutes{1}, "Friday"), closed_day(now + minutes{1}, "Saturday")};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  plan.skipped = {closed_day(now + minutes{2}, "Sunday")};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  PlanUpdate old = plan;
  old.task_version = task.version + 7;
  old.skipped = {closed_day(now + minutes{3}, "of another version")};
  ASSERT_TRUE(store_->save_plans({&old, 1}));
  clock_.advance(minutes{10});
  std::vector<std::string> reasons;
  const auto rows = store_->list_decisions({}).value().rows;
  for (const Decision& one : rows) reasons.push_back(one.reason);
  EXPECT_EQ(reasons, (std::vector<std::string>{"Sunday", "Friday"}));
}

TEST_P(StoreConformanceTest, DecisionsComePageByPageWithoutGapsOrRepeats) {
  const NodeId node = open_node();
  const Instant slot = clock_.now() - minutes{100};
  std::vector<Task> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(add_planned("Task " + std::to_string(i), slot));
  for (int i = 0; i < 9; ++i) {
    for (const Task& task : tasks) {
      SlotClaim claim = claim_of(task, slot + minutes{i}, slot + minutes{i + 1});
      if (i % 2 == 1) claim.slots.clear();
      if (i % 3 == 1) claim.skipped = {closed_day(slot + minutes{i}, "closed")};
      ASSERT_TRUE(store_->claim_slots(node, {&claim, 1}));
    }
  }
  for (const bool one_task : {false, true}) {
    DecisionQuery query{.limit = 2};
    if (one_task) query.task_id = tasks[1].id;
    std::vector<Decision> all;
    do {
      const auto page = store_->list_decisions(query).value();
      ASSERT_LE(page.rows.size(), 2u);
      all.insert(all.end(), page.rows.begin(), page.rows.end());
      query.cursor = page.next_cursor;
    } while (!query.cursor.empty());
    EXPECT_EQ(all.size(), one_task ? 8u : 24u);
    EXPECT_TRUE(std::ranges::is_sorted(all, std::ranges::greater{}, &Decision::first_slot));
  }
  DecisionQuery part{.from = slot + minutes{2}, .until = slot + minutes{5}};
  EXPECT_EQ(store_->list_decisions(part).value().rows.size(), 9u);
  EXPECT_EQ(store_->list_decisions({.cursor = "1.x"}).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(StoreConformanceTest, WhatBecameOfSlotsOutlivesTheirRuns) {
  const NodeId node = open_node();
  const Instant first = clock_.now() - std::chrono::hours{20};
  const Task task = add_planned("Minutely", first);
  const Task other = add_planned("Other", first + seconds{30});
  SlotClaim claim = claim_of(task, first, first + std::chrono::hours{90});
  claim.slots.clear();
  for (int i = 0; i < 1000; ++i) {
    const bool skip = i % 10 == 9;
    claim.slots.push_back({first + minutes{i}, RunCause::kSchedule, skip, skip ? "paused" : "",
                           skip ? SkipKind::kPaused : SkipKind::kNone});
  }
  std::vector<RunResult> results;
  const auto claimed = store_->claim_slots(node, {&claim, 1}).value();
  for (const ClaimedRun& run : claimed) {
    results.push_back(result_of(run, RunStatus::kSucceeded));
    results.back().started_at = run.run.scheduled_for + milliseconds{4};
  }
  ASSERT_TRUE(store_->record(node, results));
  const ClaimedRun of_other = claim_one(node, other, first + seconds{30});
  const RunResult failed = result_of(of_other, RunStatus::kFailed);
  ASSERT_TRUE(store_->record(node, {&failed, 1}));
  const auto all_of = [&](DecisionQuery query) {
    std::vector<Decision> all;
    do {
      const auto page = store_->list_decisions(query).value();
      all.insert(all.end(), page.rows.begin(), page.rows.end());
      query.cursor = page.next_cursor;
    } while (!query.cursor.empty());
    return all;
  };
  const auto before = all_of({.task_id = task.id, .limit = 300});
  const auto before_all = all_of({.limit = 300});
  ASSERT_EQ(before.size(), 1000u);
  std::size_t gone = 0;
  const Retention retention{.finished_before = clock_.now() + minutes{1}, .limit = 300};
  for (std::size_t more = 1; more > 0; gone += more) more = store_->prune(retention).value();
  EXPECT_EQ(gone, 1001u);
  EXPECT_TRUE(store_->list_runs({.task_id = task.id}).value().rows.empty());
  const auto after = all_of({.task_id = task.id, .limit = 300});
  ASSERT_EQ(after.size(), 1000u);
  for (std::size_t i = 0; i < after.size(); ++i) {
    ASSERT_EQ(after[i].first_slot, before[i].first_slot);
    ASSERT_EQ(after[i].verdict, before[i].verdict);
    ASSERT_EQ(after[i].run_id, before[i].run_id);
    ASSERT_EQ(after[i].kind, before[i].kind);
    ASSERT_EQ(after[i].late, before[i].late);
    ASSERT_EQ(after[i].duration_ms, before[i].duration_ms);
  }
  const auto after_all = all_of({.limit = 300});
  ASSERT_EQ(after_all.size(), before_all.size());
  for (std::size_t i = 0; i < after_all.size(); ++i) {
    ASSERT_EQ(after_all[i].first_slot, before_all[i].first_slot);
    ASSERT_EQ(after_all[i].task_id, before_all[i].task_id);
  }
  EXPECT_EQ(all_of({.task_id = task.id, .unrun_only = true}).size(), 100u);
  EXPECT_EQ(all_of({.task_id = task.id, .from = first + minutes{10}, .until = first + minutes{20}})
                .size(),
            10u);
  Retention later = retention;
  later.decided_before = clock_.now() + minutes{1};
  EXPECT_GT(store_->prune(later).value(), 0u);
  EXPECT_TRUE(store_->list_decisions({}).value().rows.empty());
}

TEST_P(StoreConformanceTest, PackedHistoryGoesWithItsTask) {
  const NodeId node = open_node();
  const Instant slot = clock_.now() - minutes{5};
  const Task task = add_planned("Gone", slot);
  const RunResult well = result_of(claim_one(node, task, slot), RunStatus::kSucceeded);
  ASSERT_TRUE(store_->record(node, {&well, 1}));
  ASSERT_TRUE(store_->prune({.finished_before = clock_.now() + minutes{1}}));
  ASSERT_EQ(store_->list_decisions({.task_id = task.id}).value().rows.size(), 1u);
  ASSERT_TRUE(store_->remove_task(task.id, History::kRemove, "test"));
  EXPECT_TRUE(store_->list_decisions({.task_id = task.id}).value().rows.empty());
}

TEST_P(StoreConformanceTest, OldDecisionsGoByAgeAndWithTheirTask) {
  const Instant now = clock_.now();
  const Task old = add("Old");
  PlanUpdate plan{old.id, old.version, now + minutes{60}, {}};
  plan.skipped = {closed_day(now - std::chrono::hours{48}, "long ago"),
                  closed_day(now - minutes{1}, "just now")};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  const Task gone = add("Gone");
  plan.task_id = gone.id;
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  ASSERT_TRUE(store_->remove_task(gone.id, History::kRemove, "test"));
  EXPECT_EQ(store_->list_decisions({}).value().rows.size(), 2u);
  EXPECT_EQ(store_->prune({.decided_before = now - std::chrono::hours{24}}).value(), 1u);
  const auto left = store_->list_decisions({}).value().rows;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].reason, "just now");
  ASSERT_TRUE(store_->remove_task(old.id, History::kKeep, "test"));
  EXPECT_EQ(store_->list_decisions({.task_id = old.id}).value().rows.size(), 1u);
}

}  // namespace
}  // namespace rota::store
