// The awkward hours, named by place and date. cron_clock_change_test.cc proves the rule at large;
// these cases show it.
#include "schedule/testing/slots.h"

namespace rota::schedule {
namespace {

ScheduleOptions in(const char* zone) { return {.timezone = zone}; }

TEST(ClockChangeTest, LondonRunsASkippedTimeAtTheFirstMomentAfterTheGap) {
  EXPECT_THAT(slots("30 1 * * *", "2026-03-28T12:00:00Z", 2, in("Europe/London")),
              ElementsAre("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"));
}

TEST(ClockChangeTest, LondonRunsARepeatedTimeOnceInTheFirstPass) {
  EXPECT_THAT(slots("30 1 * * *", "2026-10-24T12:00:00Z", 2, in("Europe/London")),
              ElementsAre("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"));
  EXPECT_THAT(slots("30 1 * * *", "2026-10-25T01:10:00Z", 1, in("Europe/London")),
              ElementsAre("2026-10-26T01:30:00Z"))
      << "from inside the second pass the next is the following day";
}

TEST(ClockChangeTest, SeveralSkippedTimesFoldIntoOneRunAndNeverDoubleARegularOne) {
  EXPECT_THAT(slots("0,20,40 1,2 * * *", "2026-03-28T12:00:00Z", 4, in("Europe/London")),
              ElementsAre("2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z", "2026-03-29T01:40:00Z",
                          "2026-03-30T00:00:00Z"));
}

TEST(ClockChangeTest, StarsFollowElapsedTimeThroughBothChanges) {
  EXPECT_THAT(slots("*/30 * * * *", "2026-03-29T00:20:00Z", 3, in("Europe/London")),
              ElementsAre("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"));
  EXPECT_THAT(slots("*/30 1 * * *", "2026-10-24T12:00:00Z", 4, in("Europe/London")),
              ElementsAre("2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z",
                          "2026-10-25T01:30:00Z"));
  EXPECT_THAT(slots("*/30 1 * * *", "2026-03-28T12:00:00Z", 1, in("Europe/London")),
              ElementsAre("2026-03-30T00:00:00Z"));
}

TEST(ClockChangeTest, LordHoweSkipsHalfAnHour) {
  EXPECT_THAT(slots("15 2 * * *", "2026-10-03T00:00:00Z", 1, in("Australia/Lord_Howe")),
              ElementsAre("2026-10-03T15:30:00Z"));
  EXPECT_THAT(slots("45 2 * * *", "2026-10-03T00:00:00Z", 1, in("Australia/Lord_Howe")),
              ElementsAre("2026-10-03T15:45:00Z"));
}

TEST(ClockChangeTest, ApiaSkippedAWholeDay) {
  EXPECT_THAT(slots("0 9 * * *", "2011-12-29T00:00:00Z", 3, in("Pacific/Apia")),
              ElementsAre("2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"));
  EXPECT_THAT(slots("@daily", "2011-12-30T09:59:59Z", 2, in("Pacific/Apia")),
              ElementsAre("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"))
      << "the skipped midnight and the regular one are the same moment";
}

TEST(ClockChangeTest, MonroviaSkippedFortyFourMinutesAndThirtySeconds) {
  EXPECT_THAT(slots("15 0 7 1 *", "1972-01-01T00:00:00Z", 1, in("Africa/Monrovia")),
              ElementsAre("1972-01-07T00:44:30Z"));
}

TEST(ClockChangeTest, ATaskMayOverrideTheRule) {
  ScheduleOptions options = in("Europe/London");
  options.dst_gap = DstGap::kSkip;
  EXPECT_THAT(slots("30 1 * * *", "2026-03-28T12:00:00Z", 1, options),
              ElementsAre("2026-03-30T00:30:00Z"));
  options.dst_overlap = DstOverlap::kSecond;
  EXPECT_THAT(slots("30 1 * * *", "2026-10-24T12:00:00Z", 2, options),
              ElementsAre("2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"));
  options.dst_overlap = DstOverlap::kBoth;
  EXPECT_THAT(slots("30 1 * * *", "2026-10-24T12:00:00Z", 3, options),
              ElementsAre("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"));
  options.dst_overlap = DstOverlap::kFirst;
  EXPECT_THAT(slots("*/30 1 * * *", "2026-10-25T00:10:00Z", 2, options),
              ElementsAre("2026-10-25T00:30:00Z", "2026-10-26T01:00:00Z"));
  options.dst_gap = DstGap::kRunAfter;
  EXPECT_THAT(slots("*/30 1 * * *", "2026-03-28T12:00:00Z", 2, options),
              ElementsAre("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"));
}

TEST(ClockChangeTest, DaysKeepTheWallTimeAndHoursDoNot) {
  ScheduleOptions options = in("Europe/London");
  options.anchor = utc("2026-03-28T09:30:00Z");
  EXPECT_THAT(slots("1 day", "2026-03-28T09:30:00Z", 1, options),
              ElementsAre("2026-03-29T08:30:00Z"));
  EXPECT_THAT(slots("24 hours", "2026-03-28T09:30:00Z", 1, options),
              ElementsAre("2026-03-29T09:30:00Z"));
  options.anchor = utc("2026-03-27T01:30:00Z");
  EXPECT_THAT(slots("1 day", "2026-03-27T01:30:00Z", 3, options),
              ElementsAre("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"));
}

TEST(ClockChangeTest, ExplainSaysWhatTheChangeDid) {
  const auto daily = Schedule::parse("30 1 * * *", in("Europe/London"));
  const auto march = daily->explain(utc("2026-03-28T12:00:00Z"), 2);
  ASSERT_EQ(march.size(), 2U);
  EXPECT_EQ(march[0].local, "2026-03-29 02:00:00");
  EXPECT_EQ(march[0].utc_offset, "+01:00");
  EXPECT_EQ(march[0].zone_abbreviation, "BST");
  EXPECT_THAT(march[0].notes, ElementsAre(HasSubstr("01:30 on 2026-03-29 was skipped")));
  EXPECT_THAT(march[1].notes, IsEmpty());
  EXPECT_THAT(daily->explain(utc("2026-10-24T12:00:00Z"), 1)[0].notes,
              ElementsAre(HasSubstr("comes twice")));
  const auto stars = Schedule::parse("*/30 1 * * *", in("Europe/London"));
  EXPECT_THAT(stars->explain(utc("2026-03-28T12:00:00Z"), 1)[0].notes,
              ElementsAre(HasSubstr("did not run")));
}

}  // namespace
}  // namespace rota::schedule
