#include "model/calendar_validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rota::model {
namespace {

Calendar good_calendar() {
  Calendar calendar;
  calendar.name = "Acme";
  return calendar;
}

TEST(ValidateCalendarTest, TakesWeekendsAsPeopleWriteThem) {
  Calendar calendar = good_calendar();
  for (const char* weekend : {"sat,sun", "", "fri", "fri, sat", "mon,tue,wed,thu,fri,sat,sun"}) {
    calendar.weekend = weekend;
    EXPECT_TRUE(validate_calendar(calendar)) << weekend;
  }
  for (const char* weekend : {"saturday", "sat;sun", "6,7", "SAT"}) {
    calendar.weekend = weekend;
    EXPECT_FALSE(validate_calendar(calendar)) << weekend;
  }
}

TEST(ValidateCalendarTest, WantsItsBoundsInOrder) {
  Calendar calendar = good_calendar();
  calendar.valid_from = LocalDate{std::chrono::days{20'000}};
  calendar.valid_until = LocalDate{std::chrono::days{19'999}};
  EXPECT_FALSE(validate_calendar(calendar));
  calendar.valid_until = calendar.valid_from;
  EXPECT_TRUE(validate_calendar(calendar));
  calendar.valid_until = LocalDate{std::chrono::days{90'000}};
  EXPECT_FALSE(validate_calendar(calendar));
}

TEST(ValidateHolidaysTest, NamesTheDayThatIsWrong) {
  const Holiday holiday{LocalDate{std::chrono::days{20'446}}, "Boxing\nDay", "hand", true};
  const auto verdict = validate_holidays({&holiday, 1});
  ASSERT_FALSE(verdict);
  EXPECT_THAT(verdict.error().message, testing::HasSubstr("2025-12-24"));
}

TEST(ValidateFeedTest, WantsAnAddressAndASaneRefreshTime) {
  CalendarFeed feed;
  EXPECT_FALSE(validate_feed(feed));
  feed.url = "https://example.org/days.ics";
  EXPECT_TRUE(validate_feed(feed));
  feed.refresh_s = 1;
  EXPECT_FALSE(validate_feed(feed));
}

TEST(FormatDateTest, WritesYearMonthAndDay) {
  EXPECT_EQ(format_date(LocalDate{std::chrono::days{0}}), "1970-01-01");
}

}  // namespace
}  // namespace rota::model
