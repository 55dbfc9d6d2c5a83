// The English of schedules, their pitfalls, and the detector.
#include "schedule/testing/slots.h"

namespace rota::schedule {
namespace {

std::string described(std::string_view text, ScheduleOptions options = {}) {
  if (options.anchor == Instant{}) options.anchor = utc("2026-11-23T10:15:00Z");
  const auto schedule = Schedule::parse(text, options);
  return schedule ? schedule->describe() : schedule.error().message;
}

TEST(DescribeTest, ReadsLikeEnglish) {
  EXPECT_EQ(described("30 9 * * 1-5", {.timezone = "Europe/London", .working_days_only = true}),
            "At 09:30, Monday to Friday, Europe/London, on working days only");
  EXPECT_EQ(described("*/5 * * * *"), "Every 5 minutes, UTC");
  EXPECT_EQ(described("* * * * *"), "Every minute, UTC");
  EXPECT_EQ(described("@hourly"), "Every hour, UTC");
  EXPECT_EQ(described("@daily"), "At 00:00, UTC");
  EXPECT_EQ(described("*/10 * * * * *"), "Every 10 seconds, UTC");
  EXPECT_EQ(described("0,30 8-18 * * 1-5"),
            "Every 30 minutes, between 08:00 and 18:59, Monday to Friday, UTC");
  EXPECT_EQ(described("5 */2 * * *"), "At minute 5 past the hour, in every 2nd hour, UTC");
  EXPECT_EQ(described("0 9,17 * * SAT,SUN"), "At 09:00 and 17:00, Saturday and Sunday, UTC");
  EXPECT_EQ(described("0 0 1,15 1-3,12 *"),
            "At 00:00, on days 1 and 15 of the month, in January to March and December, UTC");
  EXPECT_EQ(described("0 0 13 * FRI"), "At 00:00, on day 13 of the month or on Friday, UTC");
  EXPECT_EQ(described("0 0 1-7 * */7"),
            "At 00:00, on days 1 to 7 of the month if it is also Sunday, UTC");
  EXPECT_EQ(described("0 0 L * *"), "At 00:00, on the last day of the month, UTC");
  EXPECT_EQ(described("0 0 L-1,15W * *"),
            "At 00:00, 1 day before the last of the month and on the weekday nearest to the 15th, "
            "UTC");
  EXPECT_EQ(described("0 0 * * 5#2"), "At 00:00, the second Friday of the month, UTC");
  EXPECT_EQ(described("0 0 * * FRIL"), "At 00:00, the last Friday of the month, UTC");
  EXPECT_EQ(described("0 0 0 1 1 ? 2030-2032"),
            "At 00:00, on day 1 of the month, in January, in 2030 to 2032, UTC");
}

TEST(DescribeTest, SaysWhatPeriodsAndDatesMean) {
  EXPECT_EQ(described("90"), "Every 1 minute and 30 seconds");
  EXPECT_EQ(described("P1M2D"), "Every 1 month and 2 days, UTC");
  EXPECT_EQ(described("5 minutes after finish"), "5 minutes after the end of the last run");
  EXPECT_EQ(described("next friday noon"), "Every Friday at 12:00, UTC");
  EXPECT_EQ(described("first monday of next month"),
            "On the first Monday of every month at 10:15, UTC");
  EXPECT_EQ(described("at 2026-12-01 09:00", {.timezone = "Asia/Tokyo"}),
            "Once, on 2026-12-01 at 09:00, Asia/Tokyo");
  EXPECT_EQ(described("@daily | @reboot"), "At 00:00; or: Once when a server starts, UTC");
  EXPECT_EQ(described("1 hour", {.jitter = std::chrono::minutes{5}}),
            "Every 1 hour, delayed by up to 5 min");
}

TEST(PitfallsTest, PointOutLikelyMistakes) {
  const auto hints = [](std::string_view text, const char* zone = "UTC") {
    return Schedule::parse(text, {.timezone = zone, .accept_impossible_dates = true})
        ->pitfalls(utc("2026-01-01T00:00:00Z"));
  };
  EXPECT_THAT(hints("30 9 * * 1-5"), IsEmpty());
  EXPECT_THAT(hints("0 0 13 * FRI"), ElementsAre(HasSubstr("either")));
  EXPECT_THAT(hints("0 0 */2 * FRI"), ElementsAre(HasSubstr("both")));
  EXPECT_THAT(hints("* 9 * * *"), ElementsAre(HasSubstr("every minute of the hour")));
  EXPECT_THAT(hints("*/7 * * * *"), ElementsAre(HasSubstr("60 does not divide by 7")));
  EXPECT_THAT(hints("0 0 31 * *"), ElementsAre(HasSubstr("left out")));
  EXPECT_THAT(hints("0 0 30 2 *"), testing::Contains(HasSubstr("never runs")));
  EXPECT_THAT(hints("30 1 * * *", "Europe/London"),
              ElementsAre(HasSubstr("01:30 on 2026-03-29 was skipped"),
                          HasSubstr("01:30 on 2026-10-25 comes twice")));
  EXPECT_THAT(hints("*/30 1 * * *", "Europe/London"),
              ElementsAre(HasSubstr("did not run"), HasSubstr("both times")));
  EXPECT_THAT(hints("*/30 * * * *", "Europe/London"), IsEmpty()) << "hardly noticed";

  EXPECT_THAT(hints("24 hours"), ElementsAre(HasSubstr("elapsed time")));
}

TEST(PitfallsTest, PointOutAStepThatIsLargerThanItsField) {
  const auto hints = [](std::string_view text) {
    return Schedule::parse(text)->pitfalls(utc("2026-01-01T00:00:00Z"));
  };
  EXPECT_THAT(hints("*/90 * * * *"),
              ElementsAre("a step of 90 is larger than the minute field, so it means minute 0 of "
                          "every hour; for every 90 minutes write '90 minutes'"));
  EXPECT_THAT(hints("5/61 * * * *"),
              ElementsAre(HasSubstr("minute 5 of every hour; for every 61")));
  EXPECT_THAT(hints("*/120 * * * * *"), ElementsAre(HasSubstr("second 0 of every minute; ")));
  EXPECT_THAT(hints("0 */36 * * *"), ElementsAre(HasSubstr("hour 0 of every day; for every 36")));
  EXPECT_THAT(hints("0 0 */40 * *"), testing::Contains(HasSubstr("day 1 of every month; ")));
  EXPECT_THAT(hints("0 0 1 */18 *"), ElementsAre(HasSubstr("month 1 of every year; for every 18")));
  EXPECT_THAT(hints("0 0 * * */8"), ElementsAre(HasSubstr("means Sunday of every week")));
  EXPECT_THAT(hints("10-20/15 * * * *"), ElementsAre(HasSubstr("larger than its range")));
  for (const char* fine :
       {"*/60 * * * *", "0 */24 * * *", "45/15 * * * *", "0 0 1 */12 *", "55-5/10 * * * *"}) {
    EXPECT_THAT(hints(fine), IsEmpty()) << fine;
  }
  EXPECT_TRUE(Schedule::parse("90 minutes")) << "what is advised is understood";
  EXPECT_TRUE(Schedule::parse("18 months"));
}

TEST(ScheduleFormatDetectorTest, TellsTheKindsApart) {
  const auto kind = [](std::string_view text) { return ScheduleFormatDetector::detect(text); };
  for (const char* text :
       {"* * * * *", "30 9 * * 1-5", "@daily", "@nonsense", "H H * * *", "0 H * * *", "# # * * *",
        "JAN * * * *", "0 9 * *", "5#3", "1e1 * * * *"}) {
    EXPECT_EQ(kind(text), ScheduleFormat::kCron) << text;
  }
  for (const char* text : {"5 minutes", "every 2 hours", "1h30m", "90", "PT5M", "P-1D", "+1 day",
                           "5 minutes after finish", "1 hour 6 minutes 15 seconds", "minutes 5"}) {
    EXPECT_EQ(kind(text), ScheduleFormat::kPeriodic) << text;
  }
  for (const char* text : {"tomorrow", "next friday", "monday next week", "first mon of", "monday",
                           "second monday of next month 08:30", "5 weekdays", "1 day ago",
                           "every day at 09:00", "+1 week 09:00", "noon tomorrow"}) {
    EXPECT_EQ(kind(text), ScheduleFormat::kRelative) << text;
  }
  for (const char* text :
       {"WD3 09:30", "wd-1", "LWD", "09:30 3WD", "WD 3", "last working day 16:00",
        "every business day", "3 working days before the 25th", "2 workdays"}) {
    EXPECT_EQ(kind(text), ScheduleFormat::kWorkingDay) << text;
  }
  for (const char* text : {"RRULE:FREQ=DAILY", "freq=weekly", "DTSTART:20260101\nRRULE:FREQ=DAILY",
                           "RRULE:FREQ=NONSENSE"}) {
    EXPECT_EQ(kind(text), ScheduleFormat::kRrule) << text;
  }
  for (const char* text : {"0 9 1WD * *", "0 9 WD1,LWD * *", "H 9 LWD * *", "0 9 LW * *"}) {
    EXPECT_EQ(kind(text), ScheduleFormat::kCron) << text;
  }
  EXPECT_EQ(kind("5 weekdays"), ScheduleFormat::kRelative) << "Monday to Friday, as in PHP";
  EXPECT_EQ(kind("at 2026-12-01 09:00"), ScheduleFormat::kOneShot);
  EXPECT_EQ(kind("@daily | 5 minutes"), ScheduleFormat::kUnion);
  for (const char* text : {"", "  ", "hello world", "run it please"}) {
    EXPECT_EQ(kind(text), ScheduleFormat::kUnknown) << text;
  }
  EXPECT_EQ(kind("every " + std::string(490, 'x')), ScheduleFormat::kPeriodic);
  std::string many = "every";
  while (many.size() < 480) many += " x";
  EXPECT_NE(kind(many), ScheduleFormat::kCron) << "more words than are kept";
}

}  // namespace
}  // namespace rota::schedule
