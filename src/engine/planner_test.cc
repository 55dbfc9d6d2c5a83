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
    PlanInput input{task_, cursor, kNoon, kNoon + seconds{1}, seconds{60}, runs_max, after_finish_};
    input.places = places_;
    input.awaits_since = awaits_since_;
    return plan_slots(input, every(period));
  }
  static std::size_t runs_in(const SlotPlan& plan) {
    std::size_t runs = 0;
    for (const auto& slot : plan.slots) runs += slot.skip ? 0 : 1;
    return runs;
  }

  Task task_;
  bool after_finish_ = false;
  std::optional<std::int64_t> places_;
  std::optional<Instant> awaits_since_;
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

TEST_F(PlanSlotsTest, OfManySkipsTheLastKeepsItsRowAndTheOthersBecomeARange) {
  task_.catch_up = CatchUp::kSkip;
  const SlotPlan result = plan(kNoon - hours{10}, seconds{10});
  ASSERT_EQ(result.ranges.size(), 1u);
  const store::SkippedRange& range = result.ranges[0];
  EXPECT_EQ(range.slots, 3593);
  EXPECT_EQ(range.first, kNoon - hours{10});
  EXPECT_EQ(range.last, kNoon - seconds{80});
  EXPECT_EQ(range.kind, SkipKind::kNotCaughtUp);
  EXPECT_THAT(range.reason, HasSubstr("missed: 10 h late"));
  ASSERT_EQ(result.slots.size(), 8u);
  EXPECT_TRUE(result.slots[0].skip);
  EXPECT_EQ(result.slots[0].at, kNoon - seconds{70});
  EXPECT_EQ(runs_in(result), 7u) << "those within the grace";
}

TEST_F(PlanSlotsTest, AMissedSlotNamesTheLaterOneThatReallyRuns) {
  const SlotPlan result = plan(kNoon - hours{3} - minutes{10}, minutes{30});
  ASSERT_EQ(runs_in(result), 1u);
  const Instant runs = result.slots.back().at;
  for (const auto& slot : result.slots) {
    if (!slot.skip) continue;
    EXPECT_EQ(slot.kind, SkipKind::kLaterSlot);
    EXPECT_EQ(slot.reason, "missed: the later slot " + format_utc(runs) + " is run instead");
  }
}

TEST_F(PlanSlotsTest, SlotsThatHaveComeBeyondTheirPlacesAreLeftOut) {
  task_.overlap = Overlap::kQueue;
  places_ = 2;
  const SlotPlan result = plan(kNoon - seconds{50}, seconds{10});
  ASSERT_EQ(result.slots.size(), 6u);
  EXPECT_EQ(runs_in(result), 2u);
  EXPECT_FALSE(result.slots[1].skip);
  EXPECT_TRUE(result.slots[2].skip);
  EXPECT_EQ(result.slots[2].kind, SkipKind::kBacklog);
  EXPECT_EQ(result.next, kNoon + seconds{10});
  EXPECT_FALSE(result.awaits_place);
}

TEST_F(PlanSlotsTest, WhatAllIsToBeCaughtUpAwaitsItsPlace) {
  task_.overlap = Overlap::kQueue;
  task_.catch_up = CatchUp::kAll;
  places_ = 2;
  const SlotPlan result = plan(kNoon - hours{3}, minutes{30});
  EXPECT_EQ(runs_in(result), 2u);
  EXPECT_EQ(result.slots.size(), 2u);
  EXPECT_TRUE(result.awaits_place);
  EXPECT_EQ(result.next, kNoon - hours{2});
  places_ = 0;
  awaits_since_ = kNoon - hours{2} - minutes{10};
  const SlotPlan later = plan(kNoon - hours{2}, minutes{30});
  EXPECT_EQ(runs_in(later), 0u) << "these came while earlier ones were caught up";
  EXPECT_EQ(later.slots.size(), 5u);
  EXPECT_FALSE(later.awaits_place);
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
  ASSERT_EQ(result.ranges.size(), 1u);
  EXPECT_EQ(result.ranges[0].slots, 49'999);
  EXPECT_EQ(result.slots.size(), 1u);
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
