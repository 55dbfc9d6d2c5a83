#include "engine/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rota::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const Instant kNoon = *parse_instant("2026-11-23T12:00:00Z");

/// A slot at every full `period`.
NextSlot every(Duration period) {
  return [period](Instant after) {
    const auto count = after.time_since_epoch() / period + 1;
    return std::optional<Instant>(Instant{period * count});
  };
}

class PlanSlotsTest : public testing::Test {
 protected:
  SlotPlan plan(Instant cursor, Duration period, std::size_t runs_max = 100) {
    const PlanInput input{task_,       cursor,   kNoon,        kNoon + seconds{1},
                          seconds{60}, runs_max, after_finish_};
    return plan_slots(input, every(period));
  }
  static std::size_t runs_in(const SlotPlan& plan) {
    std::size_t runs = 0;
    for (const auto& slot : plan.slots) runs += slot.skip ? 0 : 1;
    return runs;
  }

  Task task_;
  bool after_finish_ = false;
};

TEST_F(PlanSlotsTest, ANearSlotIsRunAndTheNextOneNamed) {
  const SlotPlan result = plan(kNoon, hours{1});
  ASSERT_EQ(result.slots.size(), 1u);
  EXPECT_EQ(result.slots[0].at, kNoon);
  EXPECT_EQ(result.slots[0].cause, RunCause::kSchedule);
  EXPECT_FALSE(result.slots[0].skip);
  EXPECT_EQ(result.next, kNoon + hours{1});
}

TEST_F(PlanSlotsTest, WithinTheGraceASlotSimplyRunsLate) {
  task_.catch_up = CatchUp::kSkip;
  const SlotPlan result = plan(kNoon - seconds{60}, hours{1});
  ASSERT_EQ(result.slots.size(), 2u);
  EXPECT_FALSE(result.slots[0].skip);
  EXPECT_EQ(result.slots[0].cause, RunCause::kSchedule);
}

TEST_F(PlanSlotsTest, SkippingLeavesARowForEverySlot) {
  task_.catch_up = CatchUp::kSkip;
  const SlotPlan result = plan(kNoon - hours{3}, minutes{30});
  ASSERT_EQ(result.slots.size(), 7u);
  EXPECT_EQ(runs_in(result), 1u);
  EXPECT_THAT(result.slots[0].reason, HasSubstr("missed: 3 h late"));
  EXPECT_EQ(result.slots[6].at, kNoon);
}

TEST_F(PlanSlotsTest, LatestRunsOnlyTheLastOne) {
  const SlotPlan result = plan(kNoon - hours{3} - minutes{10}, minutes{30});
  EXPECT_EQ(runs_in(result), 1u) << "the slot at noon is due now";
  const SlotPlan between = [&] {
    const PlanInput input{
        task_, kNoon - hours{3}, kNoon + minutes{10}, kNoon + minutes{10}, seconds{60}, 100, false};
    return plan_slots(input, every(minutes{30}));
  }();
  ASSERT_EQ(between.slots.size(), 7u);
  EXPECT_EQ(runs_in(between), 1u);
  EXPECT_EQ(between.slots[6].at, kNoon);
  EXPECT_EQ(between.slots[6].cause, RunCause::kCatchUp);
  EXPECT_EQ(between.next, kNoon + minutes{30});
}

TEST_F(PlanSlotsTest, AllRunsEverySlotWithinTheWindow) {
  task_.catch_up = CatchUp::kAll;
  task_.catch_up_window_s = 3600;
  const SlotPlan result = plan(kNoon - hours{2}, minutes{30});
  ASSERT_EQ(result.slots.size(), 5u);
  EXPECT_TRUE(result.slots[0].skip);
  EXPECT_THAT(result.slots[0].reason, HasSubstr("beyond the catch-up window of 1 h"));
  EXPECT_TRUE(result.slots[1].skip);
  EXPECT_FALSE(result.slots[2].skip);
  EXPECT_EQ(runs_in(result), 3u);
}

TEST_F(PlanSlotsTest, ManySkipsBecomeOneRowThatSaysHowMany) {
  task_.catch_up = CatchUp::kSkip;
  const SlotPlan result = plan(kNoon - hours{10}, seconds{10});
  std::size_t skips = 0;
  for (const auto& slot : result.slots) skips += slot.skip ? 1 : 0;
  EXPECT_EQ(skips, 1u);
  EXPECT_THAT(result.slots[0].reason,
              HasSubstr("3594 slots from 2026-11-23T02:00:00Z to 2026-11-23T11:58:50Z: missed"));
  EXPECT_EQ(runs_in(result), 7u) << "those within the grace";
}

TEST_F(PlanSlotsTest, WhatDoesNotFitIsLeftForTheNextCall) {
  task_.catch_up = CatchUp::kAll;
  const SlotPlan result = plan(kNoon - hours{2}, minutes{1}, 10);
  EXPECT_EQ(runs_in(result), 10u);
  EXPECT_EQ(result.next, kNoon - hours{2} + minutes{10});
}

TEST_F(PlanSlotsTest, AHugeGapIsWorkedThroughInPieces) {
  task_.catch_up = CatchUp::kSkip;
  const SlotPlan result = plan(kNoon - hours{24 * 365}, seconds{1});
  ASSERT_EQ(result.slots.size(), 1u);
  EXPECT_THAT(result.slots[0].reason, HasSubstr("50000 slots"));
  EXPECT_EQ(result.next, kNoon - hours{24 * 365} + seconds{50'000});
}

TEST_F(PlanSlotsTest, PausedSlotsGetTheirRowOnceTheyHaveCome) {
  task_.paused_until = kNoon + hours{5};
  task_.pause_reason = "stock-taking";
  const SlotPlan result = plan(kNoon - minutes{30}, minutes{30});
  ASSERT_EQ(result.slots.size(), 2u);
  EXPECT_TRUE(result.slots[1].skip);
  EXPECT_EQ(result.slots[1].reason, "paused until 2026-11-23T17:00:00Z: stock-taking");
  const SlotPlan early = plan(kNoon + seconds{1}, minutes{30});
  EXPECT_TRUE(early.slots.empty()) << "the pause may end before the slot comes";
  EXPECT_EQ(early.next, kNoon + seconds{1});
}

TEST_F(PlanSlotsTest, AfterFinishThereIsOneSlotAndItsResultTellsTheNext) {
  after_finish_ = true;
  const SlotPlan result = plan(kNoon, minutes{5});
  ASSERT_EQ(result.slots.size(), 1u);
  EXPECT_EQ(result.next, std::nullopt);
}

TEST_F(PlanSlotsTest, AfterFinishAMissedSlotThatIsSkippedCountsFromNow) {
  after_finish_ = true;
  task_.catch_up = CatchUp::kSkip;
  const SlotPlan result = plan(kNoon - hours{5}, minutes{5});
  ASSERT_EQ(result.slots.size(), 1u);
  EXPECT_TRUE(result.slots[0].skip);
  EXPECT_EQ(result.next, kNoon + minutes{5});
}

}  // namespace
}  // namespace rota::engine
