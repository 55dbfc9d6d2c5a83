// Periods, their grids and what is refused.
#include "schedule/testing/slots.h"

namespace rota::schedule {
namespace {

constexpr const char* kStart = "2026-01-31T10:00:00Z";

TEST(PeriodicTest, ReadsWordsCompactIsoAndBareSeconds) {
  for (const char* text : {"90 minutes", "1 hour 30 minutes", "1h30m", "PT1H30M", "5400", "+90 min",
                           "every 90 minutes", "1 hour, 30 minutes", "1 hour and 30 minutes"}) {
    EXPECT_THAT(slots(text, kStart, 2), ElementsAre("2026-01-31T11:30:00Z", "2026-01-31T13:00:00Z"))
        << text;
  }
  EXPECT_THAT(slots("every day", kStart, 1), ElementsAre("2026-02-01T10:00:00Z"));
}

TEST(PeriodicTest, CountsMonthsFromTheAnchorWithoutDrift) {
  EXPECT_THAT(slots("1 month", kStart, 4),
              ElementsAre("2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z", "2026-04-30T10:00:00Z",
                          "2026-05-31T10:00:00Z"));
  EXPECT_THAT(slots("P1Y", "2028-02-29T00:00:00Z", 4),
              ElementsAre("2029-02-28T00:00:00Z", "2030-02-28T00:00:00Z", "2031-02-28T00:00:00Z",
                          "2032-02-29T00:00:00Z"));
}

TEST(PeriodicTest, KeepsTheGridWhereverItIsAskedFrom) {
  const ScheduleOptions options{.anchor = utc("2026-01-01T00:00:07Z")};
  EXPECT_THAT(slots("60 seconds", "2026-06-01T12:34:56Z", 1, options),
              ElementsAre("2026-06-01T12:35:07Z"));
  EXPECT_THAT(slots("2 weeks", "2025-01-01T00:00:00Z", 2, options),
              ElementsAre("2026-01-01T00:00:07Z", "2026-01-15T00:00:07Z"))
      << "the anchor is the first point of the grid";
}

TEST(PeriodicTest, MixesCalendarStepsAndElapsedTime) {
  EXPECT_THAT(slots("P1DT2H", kStart, 2),
              ElementsAre("2026-02-01T12:00:00Z", "2026-02-02T14:00:00Z"));
}

TEST(PeriodicTest, CountsFromTheFinishWhenTold) {
  const auto schedule = Schedule::parse("5 minutes after finish");
  ASSERT_TRUE(schedule.has_value());
  EXPECT_TRUE(schedule->counts_from_finish());
  EXPECT_EQ(schedule->format(), ScheduleFormat::kPeriodic);
  EXPECT_EQ(schedule->next(utc("2026-01-01T00:01:23Z")), utc("2026-01-01T00:06:23Z"));
  const auto days = Schedule::parse("1 day after finish", {.timezone = "Europe/London"});
  EXPECT_EQ(days->next(utc("2026-03-28T12:00:00Z")), utc("2026-03-29T11:00:00Z"));
}

TEST(PeriodicTest, RefusesWhatIsNotAPositiveWholeKnownPeriod) {
  for (const char* text : {"0",
                           "0 minutes",
                           "-5 minutes",
                           "1.5 hours",
                           "minutes",
                           "minutes 5",
                           "P",
                           "PT",
                           "P1D1D",
                           "P-1D",
                           "P1H",
                           "PT1D",
                           "5 parsecs",
                           "1 hour 1 hour",
                           "1M",
                           "every",
                           "99999999999 seconds",
                           "900 years",
                           "P1M1Y",
                           "PT1.5H",
                           "5 minutes after finish | 1 hour"}) {
    error_of(text);
  }
  EXPECT_THAT(error_of("5 parsecs"), HasSubstr("expected a unit of time, found 'parsecs'"));
  EXPECT_THAT(error_of("5 parsecs"), HasSubstr("(column 3)"));
}

}  // namespace
}  // namespace rota::schedule
