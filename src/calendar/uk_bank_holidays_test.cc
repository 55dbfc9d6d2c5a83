#include "calendar/uk_bank_holidays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "schedule/clock_notes.h"

namespace rota::calendar {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kEngland = UkDivision::kEnglandAndWales;
constexpr auto kScotland = UkDivision::kScotland;
constexpr auto kNorthernIreland = UkDivision::kNorthernIreland;

std::string written(const Holiday& day) {
  return schedule::format_date(static_cast<schedule::Day>(day.date.time_since_epoch().count())) +
         " " + day.title;
}

std::vector<std::string> year_of(UkDivision division, int year) {
  std::vector<std::string> lines;
  for (const Holiday& day : uk_bank_holidays(division, year)) lines.push_back(written(day));
  return lines;
}

/// The lines of one month ("05") or of any part of a date.
std::vector<std::string> part_of(UkDivision division, int year, std::string_view month) {
  std::vector<std::string> lines;
  for (const std::string& line : year_of(division, year)) {
    if (line.substr(5, 2) == month) lines.push_back(line);
  }
  return lines;
}

TEST(UkBankHolidaysTest, ListsEnglandAndWales2022AsGovUkDid) {
  EXPECT_THAT(
      year_of(kEngland, 2022),
      ElementsAre("2022-01-03 New Year’s Day (substitute day)", "2022-04-15 Good Friday",
                  "2022-04-18 Easter Monday", "2022-05-02 Early May bank holiday",
                  "2022-06-02 Spring bank holiday", "2022-06-03 Platinum Jubilee bank holiday",
                  "2022-08-29 Summer bank holiday",
                  "2022-09-19 Bank Holiday for the State Funeral of Queen Elizabeth II",
                  "2022-12-26 Boxing Day", "2022-12-27 Christmas Day (substitute day)"));
}

TEST(UkBankHolidaysTest, ListsScotland2023AsGovUkDid) {
  EXPECT_THAT(year_of(kScotland, 2023),
              ElementsAre("2023-01-02 New Year’s Day (substitute day)",
                          "2023-01-03 2nd January (substitute day)", "2023-04-07 Good Friday",
                          "2023-05-01 Early May bank holiday",
                          "2023-05-08 Bank holiday for the coronation of King Charles III",
                          "2023-05-29 Spring bank holiday", "2023-08-07 Summer bank holiday",
                          "2023-11-30 St Andrew’s Day", "2023-12-25 Christmas Day",
                          "2023-12-26 Boxing Day"));
}

TEST(UkBankHolidaysTest, ListsNorthernIreland2026AsGovUkDoes) {
  EXPECT_THAT(year_of(kNorthernIreland, 2026),
              ElementsAre("2026-01-01 New Year’s Day", "2026-03-17 St Patrick’s Day",
                          "2026-04-03 Good Friday", "2026-04-06 Easter Monday",
                          "2026-05-04 Early May bank holiday", "2026-05-25 Spring bank holiday",
                          "2026-07-13 Battle of the Boyne (Orangemen’s Day) (substitute day)",
                          "2026-08-31 Summer bank holiday", "2026-12-25 Christmas Day",
                          "2026-12-28 Boxing Day (substitute day)"));
}

TEST(UkBankHolidaysTest, GivesScotlandItsWorldCupDayOnly) {
  EXPECT_THAT(part_of(kScotland, 2026, "06"), ElementsAre("2026-06-15 World Cup bank holiday"));
  EXPECT_THAT(part_of(kEngland, 2026, "06"), IsEmpty());
  EXPECT_THAT(part_of(kNorthernIreland, 2026, "06"), IsEmpty());
}

TEST(UkBankHolidaysTest, MovesBothDaysOfAWeekendChristmas) {
  EXPECT_THAT(part_of(kEngland, 2021, "12"),
              ElementsAre("2021-12-27 Christmas Day (substitute day)",
                          "2021-12-28 Boxing Day (substitute day)"));
  EXPECT_THAT(part_of(kEngland, 2020, "12"),
              ElementsAre("2020-12-25 Christmas Day", "2020-12-28 Boxing Day (substitute day)"));
  EXPECT_THAT(part_of(kEngland, 2016, "12"),
              ElementsAre("2016-12-26 Boxing Day", "2016-12-27 Christmas Day (substitute day)"));
}

TEST(UkBankHolidaysTest, MovesScotlandsTwoDaysOfNewYear) {
  EXPECT_THAT(part_of(kScotland, 2022, "01"),
              ElementsAre("2022-01-03 New Year’s Day (substitute day)",
                          "2022-01-04 2nd January (substitute day)"));
  EXPECT_THAT(part_of(kScotland, 2021, "01"),
              ElementsAre("2021-01-01 New Year’s Day", "2021-01-04 2nd January (substitute day)"));
}

TEST(UkBankHolidaysTest, KnowsWhichMayDaysWereMoved) {
  EXPECT_THAT(
      part_of(kEngland, 1995, "05"),
      ElementsAre("1995-05-08 Early May bank holiday (VE day)", "1995-05-29 Spring bank holiday"));
  EXPECT_THAT(
      part_of(kScotland, 2020, "05"),
      ElementsAre("2020-05-08 Early May bank holiday (VE day)", "2020-05-25 Spring bank holiday"));
  for (const int year : {2002, 2012}) {
    EXPECT_THAT(part_of(kEngland, year, "05").size(), 1);
    EXPECT_THAT(part_of(kEngland, year, "06").size(), 2);
  }
  // HC Deb 19 January 1977: the Spring Bank Holiday went to 6 June, and 7 June was added.
  EXPECT_THAT(part_of(kEngland, 1977, "06"), ElementsAre("1977-06-06 Spring bank holiday",
                                                         "1977-06-07 Silver Jubilee bank holiday"));
  EXPECT_THAT(part_of(kEngland, 1977, "05"), IsEmpty());
}

TEST(UkBankHolidaysTest, BeginsEachHolidayInItsFirstYear) {
  EXPECT_THAT(part_of(kEngland, 1973, "01"), IsEmpty());
  EXPECT_THAT(part_of(kEngland, 1974, "01"), ElementsAre("1974-01-01 New Year’s Day"));
  EXPECT_THAT(part_of(kScotland, 1972, "01").size(), 1);
  EXPECT_THAT(part_of(kScotland, 1973, "01").size(), 2);
  EXPECT_THAT(part_of(kEngland, 1977, "05"), IsEmpty());
  EXPECT_THAT(part_of(kEngland, 1978, "05").size(), 2);
  EXPECT_THAT(part_of(kScotland, 1977, "05").size(), 1);
  EXPECT_THAT(part_of(kScotland, 1978, "05").size(), 2);
  EXPECT_THAT(part_of(kScotland, 1973, "12").size(), 1);
  EXPECT_THAT(part_of(kScotland, 1974, "12").size(), 2);
  EXPECT_THAT(part_of(kScotland, 2006, "11"), IsEmpty());
  EXPECT_THAT(part_of(kScotland, 2007, "11"), ElementsAre("2007-11-30 St Andrew’s Day"));
}

TEST(UkBankHolidaysTest, FollowsEasterFromMarchToApril) {
  const auto easter_monday = [](int year) {
    for (const Holiday& day : uk_bank_holidays(kEngland, year)) {
      if (day.title == "Easter Monday") return written(day).substr(0, 10);
    }
    return std::string();
  };
  EXPECT_EQ(easter_monday(2008), "2008-03-24");
  EXPECT_EQ(easter_monday(2011), "2011-04-25");
  EXPECT_EQ(easter_monday(2024), "2024-04-01");
  EXPECT_EQ(easter_monday(2038), "2038-04-26");  // The latest there can be.
  EXPECT_EQ(easter_monday(2076), "2076-04-20");
}

TEST(UkBankHolidaysTest, NeverGivesADateTwiceOrOnAWeekend) {
  for (const auto division : {kEngland, kScotland, kNorthernIreland}) {
    for (int year = kRuleFirstYear; year <= kRuleLastYear; ++year) {
      std::set<LocalDate> dates;
      for (const Holiday& day : uk_bank_holidays(division, year)) {
        EXPECT_TRUE(dates.insert(day.date).second) << written(day);
        const std::chrono::weekday weekday{day.date};
        const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
        // 26 December 1970 was kept on its Saturday.
        EXPECT_TRUE(!weekend || year == 1970) << written(day);
      }
    }
  }
}

TEST(UkBankHolidaysTest, KnowsNothingOutsideItsYearsAndNames) {
  EXPECT_THAT(uk_bank_holidays(kEngland, 1969), IsEmpty());
  EXPECT_THAT(uk_bank_holidays(kEngland, 2100), IsEmpty());
  EXPECT_TRUE(computed_days("wales").empty());
  EXPECT_EQ(find_uk_division("England-and-Wales"), std::nullopt);
  EXPECT_GT(computed_days("scotland").size(), 1'000U);
}

}  // namespace
}  // namespace rota::calendar
