#include "calendar/feed_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/calendar_test_dates.h"

namespace rota::calendar {
namespace {

using testing::IsEmpty;

CalendarView scotland_2026() {
  CalendarView view = calendar_named(
      "scotland", "scotland",
      {closed("2026-01-01", "New Year's Day", "feed"), closed("2026-01-02", "2nd January", "feed"),
       closed("2026-04-03", "Good Friday", "feed"), closed("2026-04-17", "Proclaimed", "feed")});
  view.feed.emplace();
  view.feed->covers_from = on("2026-01-01");
  view.feed->covers_until = on("2026-05-10");
  return view;
}

TEST(FeedDifferenceTest, NamesDaysThatOnlyOneOfThemHas) {
  const auto found = compare_feed(scotland_2026(), "scotland");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].date, on("2026-04-17"));
  EXPECT_EQ(found[0].feed_title, "Proclaimed");
  EXPECT_EQ(found[0].computed_title, "");
  EXPECT_EQ(found[1].date, on("2026-05-04"));
  EXPECT_EQ(found[1].computed_title, "Early May bank holiday");
}

TEST(FeedDifferenceTest, DoesNotMindAnApostrophe) {
  for (const FeedDifference& difference : compare_feed(scotland_2026(), "scotland")) {
    EXPECT_NE(difference.date, on("2026-01-01"));
  }
}

TEST(FeedDifferenceTest, HasNothingToSayWithoutARuleOrAFeed) {
  EXPECT_THAT(compare_feed(scotland_2026(), "france"), IsEmpty());
  EXPECT_THAT(compare_feed(calendar_named("scotland"), "scotland"), IsEmpty());
}

}  // namespace
}  // namespace rota::calendar
