// Decisions: one row for every due slot, whether it became a run or not.
#include <algorithm>

#include "store/conformance/conformance.h"

namespace rota::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

SkippedRange closed_day(Instant first, std::string reason, std::int64_t slots = 1) {
  return {first, first + minutes{slots - 1}, slots, "closed_day", std::move(reason)};
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
  claim.slots = {{slot, RunCause::kSchedule, true, "paused by anna"},
                 {slot + minutes{5}, RunCause::kCatchUp, true, "missed: no server ran"}};
  ASSERT_TRUE(store_->claim_slots(node, {&claim, 1}));
  const auto rows = store_->list_decisions({.unrun_only = true}).value().rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].verdict, Verdict::kMissed);
  EXPECT_EQ(rows[0].reason, "missed: no server ran");
  EXPECT_EQ(rows[1].verdict, Verdict::kSkipped);
  EXPECT_EQ(rows[1].reason, "paused by anna");
  EXPECT_FALSE(rows[1].started_at.has_value());
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
  EXPECT_EQ(store_->prune({.finished_before = now - std::chrono::hours{24}}).value(), 1u);
  const auto left = store_->list_decisions({}).value().rows;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].reason, "just now");
  ASSERT_TRUE(store_->remove_task(old.id, History::kKeep, "test"));
  EXPECT_EQ(store_->list_decisions({.task_id = old.id}).value().rows.size(), 1u);
}

}  // namespace
}  // namespace rota::store
