// Cron expressions: what each form means, and what is refused with which words.
#include "schedule/testing/slots.h"

namespace rota::schedule {
namespace {

TEST(CronTest, RunsOnWeekdaysAtHalfPastNine) {
  EXPECT_THAT(slots("30 9 * * 1-5", "2026-11-27T09:30:00Z", 2),
              ElementsAre("2026-11-30T09:30:00Z", "2026-12-01T09:30:00Z"));
}

TEST(CronTest, ReadsSixFieldsWithSecondsAndSevenWithYears) {
  EXPECT_THAT(slots("*/20 0 12 * * *", "2026-01-01T00:00:00Z", 3),
              ElementsAre("2026-01-01T12:00:00Z", "2026-01-01T12:00:20Z", "2026-01-01T12:00:40Z"));
  EXPECT_THAT(slots("0 0 0 1 1 ? 2030,2032", "2026-01-01T00:00:00Z", 5),
              ElementsAre("2030-01-01T00:00:00Z", "2032-01-01T00:00:00Z"));
}

TEST(CronTest, MatchesEitherDayWhenBothDaysAreRestricted) {
  EXPECT_THAT(slots("0 0 13 * FRI", "2026-11-10T00:00:00Z", 3),
              ElementsAre("2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"));
}

TEST(CronTest, MatchesBothDaysWhenOneStartsWithAStar) {
  EXPECT_THAT(slots("0 0 1-7 * */7", "2026-11-23T00:00:00Z", 2),
              ElementsAre("2026-12-06T00:00:00Z", "2027-01-03T00:00:00Z"));
  EXPECT_THAT(slots("0 0 */2 * MON", "2026-11-23T00:00:00Z", 2),
              ElementsAre("2026-12-07T00:00:00Z", "2026-12-21T00:00:00Z"));
}

TEST(CronTest, CountsAStepOnThroughTheWrapOfARange) {
  EXPECT_THAT(slots("0 22-3/2 * * *", "2026-01-01T12:00:00Z", 4),
              ElementsAre("2026-01-01T22:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T02:00:00Z",
                          "2026-01-02T22:00:00Z"));
  EXPECT_THAT(slots("0 0 * * FRI-MON", "2026-11-26T00:00:00Z", 5),
              ElementsAre("2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z",
                          "2026-11-30T00:00:00Z", "2026-12-04T00:00:00Z"));
}

TEST(CronTest, EndsAStepFromOneValueAtTheEndOfItsField) {
  EXPECT_THAT(slots("0 0 * * 5/2", "2026-11-23T00:00:00Z", 2),
              ElementsAre("2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z"));
  EXPECT_THAT(slots("0 4/6 * * *", "2026-11-23T00:00:00Z", 4),
              ElementsAre("2026-11-23T04:00:00Z", "2026-11-23T10:00:00Z", "2026-11-23T16:00:00Z",
                          "2026-11-23T22:00:00Z"));
}

TEST(CronTest, TakesSevenAsSundayAlsoInRanges) {
  EXPECT_THAT(slots("0 0 * * 7", "2026-11-23T00:00:00Z", 1), ElementsAre("2026-11-29T00:00:00Z"));
  EXPECT_THAT(slots("0 0 * * 6-7", "2026-11-23T00:00:00Z", 3),
              ElementsAre("2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z", "2026-12-05T00:00:00Z"));
}

TEST(CronTest, FindsLastDaysAndNearestWeekdays) {
  EXPECT_THAT(slots("0 0 L * *", "2028-02-01T00:00:00Z", 2),
              ElementsAre("2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z"));
  EXPECT_THAT(slots("0 0 L-3 * *", "2026-02-01T00:00:00Z", 1), ElementsAre("2026-02-25T00:00:00Z"));
  EXPECT_THAT(slots("0 0 LW * *", "2026-05-01T00:00:00Z", 1), ElementsAre("2026-05-29T00:00:00Z"));
  EXPECT_THAT(slots("0 0 1W * *", "2026-07-30T00:00:00Z", 1), ElementsAre("2026-08-03T00:00:00Z"))
      << "1 August 2026 is a Saturday and July is another month";
  EXPECT_THAT(slots("0 0 31W * *", "2026-05-01T00:00:00Z", 2),
              ElementsAre("2026-05-29T00:00:00Z", "2026-07-31T00:00:00Z"))
      << "June has no 31st";
}

TEST(CronTest, FindsNthAndLastWeekdaysAndMixesThemInLists) {
  EXPECT_THAT(slots("0 0 * * 5#2", "2026-11-23T00:00:00Z", 1), ElementsAre("2026-12-11T00:00:00Z"));
  EXPECT_THAT(slots("0 0 * * FRIL", "2026-11-23T00:00:00Z", 2),
              ElementsAre("2026-11-27T00:00:00Z", "2026-12-25T00:00:00Z"));
  EXPECT_THAT(slots("0 0 * * MON,FRI#3", "2026-12-15T00:00:00Z", 2),
              ElementsAre("2026-12-18T00:00:00Z", "2026-12-21T00:00:00Z"));
  EXPECT_THAT(slots("0 0 1,15W * *", "2026-11-02T00:00:00Z", 2),
              ElementsAre("2026-11-16T00:00:00Z", "2026-12-01T00:00:00Z"));
}

TEST(CronTest, KnowsTheMacros) {
  EXPECT_THAT(slots("@yearly", "2026-11-23T00:00:00Z", 1), ElementsAre("2027-01-01T00:00:00Z"));
  EXPECT_THAT(slots("@Weekly", "2026-11-23T00:00:00Z", 1), ElementsAre("2026-11-29T00:00:00Z"));
  const auto reboot = Schedule::parse("@reboot");
  ASSERT_TRUE(reboot.has_value());
  EXPECT_TRUE(reboot->runs_at_start());
  EXPECT_EQ(reboot->next(Instant{}), std::nullopt);
}

TEST(CronTest, SpreadsHashedFieldsByTheTaskAndNeverMovesThem) {
  const auto of = [](std::uint64_t id, std::string_view text) {
    return slots(text, "2026-11-23T00:00:00Z", 3, {.hash_seed = id});
  };
  EXPECT_EQ(of(7, "H H * * *"), of(7, "H H * * *"));
  EXPECT_NE(of(7, "H H * * *"), of(8, "H H * * *"));
  EXPECT_EQ(of(7, "H H * * *"), of(7, "# # * * *"));
  EXPECT_THAT(of(1, "H(0-29)/10 5 * * *"), testing::SizeIs(3));
  for (std::uint64_t id = 0; id < 200; ++id) {
    const Instant first = utc(of(id, "H(10-19) H(1-3) H * *")[0]);
    const auto day = std::chrono::floor<std::chrono::days>(first);
    const auto time = std::chrono::hh_mm_ss(first - day);
    EXPECT_TRUE(time.hours().count() >= 1 && time.hours().count() <= 3);
    EXPECT_TRUE(time.minutes().count() >= 10 && time.minutes().count() <= 19);
    EXPECT_LE(unsigned{std::chrono::year_month_day{day}.day()}, 28U);
  }
}

TEST(CronTest, NamesTheColumnAndWhatWasExpected) {
  EXPECT_THAT(error_of("30 24 * * *"), HasSubstr("hour 24 does not exist, expected 0 to 23"));
  EXPECT_THAT(error_of("30 24 * * *"), HasSubstr("(column 4)"));
  EXPECT_THAT(error_of("*/0 * * * *"), HasSubstr("a step must be at least 1"));
  EXPECT_THAT(error_of("1, * * * *"), HasSubstr("(column 3)"));
  EXPECT_THAT(error_of("* * * * FUN"), HasSubstr("'FUN' is not a day of week"));
  EXPECT_THAT(error_of("* * * *"), HasSubstr("expected 5 fields of cron, found 4"));
  EXPECT_THAT(error_of("@dayly"), HasSubstr("'@dayly' is not known"));
  const auto error = Schedule::parse("0 9 * * * | 0 99 * * *").error();
  EXPECT_EQ(error.column, 15U) << "columns count in the whole text of a union";
}

TEST(CronTest, RefusesWhatCannotBeRead) {
  for (const char* text : {"",
                           " ",
                           "/5 * * * *",
                           "*/5/5 * * * *",
                           "5/* * * * *",
                           "* * * * L",
                           "* * 0W * *",
                           "* * * * 1#0",
                           "* * * * 1#6",
                           "* * 1-5W * *",
                           "5W * * * *",
                           "* * L-31 * *",
                           "0 0 0 1 1 ? 2030-2026",
                           "* * * * * * 1969",
                           "* * * * * * * *",
                           "\xc2\xb9 * * * *",

                           "H(9-1) * * * *",
                           "0 0 0 1 1 ? H",
                           "* * * * MON-2#",
                           "0 0 1 L *"}) {
    error_of(text);
  }
  error_of(std::string_view("1\0 * * * *", 11));
}

TEST(CronTest, RefusesADateThatNoYearHasAndNamesIt) {
  EXPECT_THAT(error_of("0 0 30 2 *"), HasSubstr("30 February does not exist"));
  EXPECT_THAT(error_of("0 0 31 4,6 *"), HasSubstr("31 April does not exist"));
  EXPECT_THAT(error_of("0 0 0 29 2 ? 2026,2027"), HasSubstr("29 February does not exist in any"));
  EXPECT_THAT(slots("0 0 30 2 *", "2026-01-01T00:00:00Z", 1, {.accept_impossible_dates = true}),
              IsEmpty());
}

TEST(CronTest, TakesAYearThatIsPastAsSimplyEmpty) {
  EXPECT_THAT(slots("0 0 0 1 1 ? 2020", "2026-01-01T00:00:00Z", 1), IsEmpty());
}

TEST(CronTest, GivesUpInTimeOnWhatNeverMatches) {
  std::string text = "0 0 */31 * 1#5";
  while (text.size() < 480) text += "|0 0 */31 * 1#5";
  const auto schedule = Schedule::parse(text, {.accept_impossible_dates = true});
  ASSERT_TRUE(schedule.has_value());
  EXPECT_EQ(schedule->next(Instant{}), std::nullopt);
}

}  // namespace
}  // namespace rota::schedule
