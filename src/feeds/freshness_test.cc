#include "feeds/freshness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/feeds_test_fixture.h"

namespace rota::feeds {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const Instant kNow = parse_instant("2026-11-23T09:00:00Z").value();

CalendarFeed fetched(Duration ago) {
  CalendarFeed feed;
  feed.fetched_at = kNow - ago;
  feed.checked_at = kNow;
  feed.covers_until = on("2028-12-31");
  return feed;
}

TEST(FreshnessTest, WarnsAfterThreeRefreshTimesWithoutSuccess) {
  CalendarFeed feed = fetched(hours{70});
  feed.error = "the address answered with status 500";
  EXPECT_EQ(warning_of(feed, kNow), "");
  feed = fetched(hours{97});
  feed.error = "the address answered with status 500";
  EXPECT_EQ(warning_of(feed, kNow),
            "its days are 4 days old: the address answered with status 500");
}

TEST(FreshnessTest, WarnsWhenTheDaysAreAboutToEnd) {
  CalendarFeed feed = fetched(hours{1});
  feed.covers_until = on("2026-12-20");
  EXPECT_EQ(warning_of(feed, kNow), "its days end on 2026-12-20");
  feed.covers_until = on("2026-12-31");
  EXPECT_EQ(warning_of(feed, kNow), "");
}

TEST(FreshnessTest, WarnsOfAFeedThatNeverAnsweredWell) {
  CalendarFeed feed;
  EXPECT_EQ(warning_of(feed, kNow), "");
  feed.checked_at = kNow;
  feed.error = "it is empty";
  EXPECT_THAT(warning_of(feed, kNow), HasSubstr("no days have come yet: it is empty"));
  EXPECT_EQ(age_of(feed, kNow), "never");
  EXPECT_EQ(age_of(fetched(hours{5}), kNow), "5 h");
}

TEST(FreshnessTest, AsksEveryRefreshTimeAndSoonerAfterFailures) {
  const CalendarFeed feed = fetched(hours{1});
  EXPECT_EQ(next_asking(feed, 0, 0), kNow + hours{24});
  EXPECT_EQ(next_asking(feed, 1, 0), kNow + minutes{1});
  EXPECT_EQ(next_asking(feed, 4, 0), kNow + minutes{8});
  EXPECT_EQ(next_asking(feed, 1'000, 0), kNow + hours{24});
  EXPECT_EQ(next_asking(CalendarFeed{}, 0, 5), Instant{});
}

TEST(FreshnessTest, SpreadsFeedsByATenthAtMost) {
  const CalendarFeed feed = fetched(hours{1});
  EXPECT_EQ(next_asking(feed, 0, 500), kNow + hours{24} + minutes{72});
  EXPECT_LT(next_asking(feed, 0, 999), kNow + hours{27});
}

TEST(FreshnessTest, ClampsARefreshTimeThatSomebodyWroteWithSql) {
  CalendarFeed feed = fetched(hours{1});
  feed.refresh_s = -5;
  EXPECT_EQ(next_asking(feed, 0, 0), kNow + seconds{60});
  feed.refresh_s = INT64_MAX;
  EXPECT_LT(next_asking(feed, 0, 999), kNow + hours{24 * 500});
}

}  // namespace
}  // namespace rota::feeds
