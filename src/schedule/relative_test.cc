// Relative dates, as PHP reads them, applied again and again from the anchor.
#include "schedule/testing/slots.h"

namespace rota::schedule {
namespace {

constexpr const char* kMonday = "2026-11-23T10:15:00Z";

TEST(RelativeTest, KeepsTheAnchorsTimeOfDayWithoutATime) {
  EXPECT_THAT(slots("tomorrow", kMonday, 2),
              ElementsAre("2026-11-24T10:15:00Z", "2026-11-25T10:15:00Z"));
  EXPECT_THAT(slots("next friday", kMonday, 2),
              ElementsAre("2026-11-27T10:15:00Z", "2026-12-04T10:15:00Z"));
}

TEST(RelativeTest, TakesATimeInFrontOrBehind) {
  for (const char* text : {"next friday 14:30", "14:30 next friday", "next friday at 14:30",
                           "next fri 2:30pm", "next Friday 14:30:00"}) {
    EXPECT_THAT(slots(text, kMonday, 1), ElementsAre("2026-11-27T14:30:00Z")) << text;
  }
  EXPECT_THAT(slots("tomorrow noon", kMonday, 1), ElementsAre("2026-11-24T12:00:00Z"));
  EXPECT_THAT(slots("tomorrow midnight", kMonday, 1), ElementsAre("2026-11-24T00:00:00Z"));
}

TEST(RelativeTest, NextMeansADayAfterTodayEvenOnThatWeekday) {
  EXPECT_THAT(slots("next monday", kMonday, 1), ElementsAre("2026-11-30T10:15:00Z"));
  EXPECT_THAT(slots("second monday", kMonday, 2),
              ElementsAre("2026-12-07T10:15:00Z", "2026-12-21T10:15:00Z"));
}

TEST(RelativeTest, ReadsWeeksAsMondayToSunday) {
  EXPECT_THAT(slots("monday next week", "2026-11-25T08:00:00Z", 2),
              ElementsAre("2026-11-30T08:00:00Z", "2026-12-07T08:00:00Z"));
  EXPECT_THAT(slots("sunday next week", "2026-11-25T08:00:00Z", 1),
              ElementsAre("2026-12-06T08:00:00Z"));
}

TEST(RelativeTest, FindsDaysOfTheNextMonth) {
  EXPECT_THAT(slots("first monday of next month 09:00", kMonday, 2),
              ElementsAre("2026-12-07T09:00:00Z", "2027-01-04T09:00:00Z"));
  EXPECT_THAT(slots("last day of next month noon", kMonday, 3),
              ElementsAre("2026-12-31T12:00:00Z", "2027-01-31T12:00:00Z", "2027-02-28T12:00:00Z"));
  EXPECT_THAT(slots("last friday of next month", kMonday, 1), ElementsAre("2026-12-25T10:15:00Z"));
  EXPECT_THAT(slots("first weekday of next month", "2027-04-30T10:00:00Z", 1),
              ElementsAre("2027-05-03T10:00:00Z"));
  EXPECT_THAT(slots("fifth friday of next month", kMonday, 2),
              ElementsAre("2027-01-29T10:15:00Z", "2027-04-30T10:15:00Z"))
      << "months without a fifth Friday are left out";
}

TEST(RelativeTest, StepsOverWeekends) {
  EXPECT_THAT(slots("next weekday", "2026-11-27T10:00:00Z", 2),
              ElementsAre("2026-11-30T10:00:00Z", "2026-12-01T10:00:00Z"));
  EXPECT_THAT(slots("5 weekdays", "2026-11-28T10:00:00Z", 2),
              ElementsAre("2026-12-04T10:00:00Z", "2026-12-11T10:00:00Z"));
}

TEST(RelativeTest, NextMonthIsTheSameAsOneMonth) {
  EXPECT_EQ(slots("next month", "2026-01-31T10:00:00Z", 5),
            slots("1 month", "2026-01-31T10:00:00Z", 5));
  EXPECT_THAT(slots("third week", kMonday, 1), ElementsAre("2026-12-14T10:15:00Z"));
}

TEST(RelativeTest, EveryWithATimeMayStillRunToday) {
  EXPECT_THAT(slots("every day at 18:00", kMonday, 2),
              ElementsAre("2026-11-23T18:00:00Z", "2026-11-24T18:00:00Z"));
  EXPECT_THAT(slots("every day at 09:00", kMonday, 1), ElementsAre("2026-11-24T09:00:00Z"));
  EXPECT_THAT(slots("every monday at 09:00", kMonday, 1), ElementsAre("2026-11-30T09:00:00Z"));
  EXPECT_THAT(slots("every 2 weeks at 9am", kMonday, 2),
              ElementsAre("2026-12-07T09:00:00Z", "2026-12-21T09:00:00Z"));
  EXPECT_THAT(slots("every weekday 09:00", "2026-11-27T10:00:00Z", 1),
              ElementsAre("2026-11-30T09:00:00Z"));
}

TEST(RelativeTest, RefusesWhatDoesNotMoveForward) {
  for (const char* text :
       {"monday", "midnight", "noon", "today", "now", "yesterday", "1 day ago", "last friday",
        "last month", "this friday", "previous monday", "0 days", "monday 09:00", "0 weekdays"}) {
    EXPECT_THAT(error_of(text), testing::AnyOf(HasSubstr("does not move forward"),
                                               HasSubstr("never moves forward")))
        << text;
  }
}

TEST(RelativeTest, RefusesWhatIsNotUnderstood) {
  for (const char* text :
       {"first mon of", "first mon of may", "tomorrow 25:00", "tomorrow 9:5", "next blursday",
        "next", "tomorrow at", "tomorrow at night", "next friday 09:00 10:00",
        "thirteenth monday of next month", "sixth monday of next month",
        "first monday of next year", "2 hours 09:00", "first monday of next month or so"}) {
    error_of(text);
  }
  EXPECT_THAT(error_of("tomorrow 25:00"), HasSubstr("(column 10)"));
}

}  // namespace
}  // namespace rota::schedule
