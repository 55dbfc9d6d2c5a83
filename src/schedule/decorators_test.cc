// Bounds and jitter, and the order in which decorators apply.
#include <chrono>

#include "schedule/testing/slots.h"

namespace rota::schedule {
namespace {

using std::chrono::minutes;

TEST(BoundsTest, StartsAtTheFirstMomentAndEndsBeforeTheLast) {
  ScheduleOptions options{.starts_at = utc("2026-12-01T09:00:00Z"),
                          .ends_at = utc("2026-12-03T09:00:00Z")};
  EXPECT_THAT(slots("0 9 * * *", "2026-01-01T00:00:00Z", 9, options),
              ElementsAre("2026-12-01T09:00:00Z", "2026-12-02T09:00:00Z"));
  options.ends_at = utc("2026-11-01T00:00:00Z");
  EXPECT_THAT(slots("0 9 * * *", "2026-01-01T00:00:00Z", 9, options), IsEmpty());
  EXPECT_THAT(Schedule::parse("0 9 * * *", options)->pitfalls(),
              testing::Contains(HasSubstr("never runs")));
}

TEST(BoundsTest, ApplyAfterTheWorkingDayRule) {
  ScheduleOptions options{.working_days_only = true,
                          .on_non_working_day = NonWorkingDay::kNext,
                          .starts_at = utc("2026-11-30T00:00:00Z")};
  EXPECT_THAT(slots("0 9 28 11 *", "2026-11-01T00:00:00Z", 1, options),
              ElementsAre("2026-11-30T09:00:00Z"))
      << "the Saturday slot lies before the start, the Monday it moves to does not";
}

TEST(JitterTest, DelaysEachSlotByAStableAmountAndKeepsTheirNumber) {
  const ScheduleOptions options{.hash_seed = 42, .jitter = minutes{20}};
  const auto first = slots("0 * * * *", "2026-11-23T00:00:00Z", 24, options);
  EXPECT_EQ(first, slots("0 * * * *", "2026-11-23T00:00:00Z", 24, options));
  ScheduleOptions other = options;
  other.hash_seed = 43;
  EXPECT_NE(first, slots("0 * * * *", "2026-11-23T00:00:00Z", 24, other));
  Instant hour = utc("2026-11-23T01:00:00Z");
  for (std::size_t i = 0; i + 1 < first.size(); ++i, hour += std::chrono::hours{1}) {
    const Instant at = utc(first[first[0] < "2026-11-23T01" ? i + 1 : i]);
    EXPECT_GE(at, hour);
    EXPECT_LE(at, hour + minutes{20});
  }
}

TEST(JitterTest, NeverPassesTheNextSlotNorTheEnd) {
  const ScheduleOptions options{
      .hash_seed = 1, .ends_at = utc("2026-11-23T02:00:00Z"), .jitter = std::chrono::hours{5}};
  const auto schedule = Schedule::parse("*/10 * * * *", options);
  Instant slot = utc("2026-11-23T00:00:00Z");
  Instant at = slot - Duration{1};
  for (int i = 0; i < 12; ++i, slot += minutes{10}) {
    const auto next = schedule->next(at);
    ASSERT_TRUE(next.has_value());
    EXPECT_GE(*next, slot);
    EXPECT_LT(*next, slot + minutes{10});
    at = *next;
  }
  EXPECT_EQ(schedule->next(at), std::nullopt);
}

TEST(JitterTest, GivesTheSameSlotWhereverItIsAskedFrom) {
  const auto schedule =
      Schedule::parse("7 */3 * * *", {.hash_seed = 5, .jitter = std::chrono::hours{4}});
  Instant at = utc("2026-11-23T00:00:00Z");
  for (int i = 0; i < 50; ++i) {
    const Instant next = *schedule->next(at);
    for (Instant asked = at; asked < next; asked += minutes{7}) {
      ASSERT_EQ(schedule->next(asked), next);
    }
    ASSERT_EQ(schedule->next(next - Duration{1}), next);
    at = next;
  }
  EXPECT_THAT(schedule->explain(at, 1)[0].notes, ElementsAre(HasSubstr("(jitter)")));
}

TEST(OptionsTest, AreChecked) {
  EXPECT_THAT(error_of("* * * * *", {.timezone = "Europe/Lundon"}),
              HasSubstr("no time zone named 'Europe/Lundon'"));
  for (const char* zone :
       {"", "/etc/passwd", "../etc/passwd", "Europe//London", "Europe/", "Europe", "posix/UTC",
        "right/UTC", "localtime", "Fixed/UTC+01:00:00", "zone.tab", "UTC\n", "utc ",
        "file:/usr/share/zoneinfo/UTC", "leapseconds"}) {
    error_of("* * * * *", {.timezone = zone});
  }
  error_of("* * * * *", {.timezone = std::string(5000, 'A')});
  error_of("* * * * *", {.jitter = Duration{-1}});
  error_of("* * * * *", {.jitter = std::chrono::hours{24 * 8}});
  error_of("1 day", {.anchor = Instant{Duration{-1}}});
  const auto long_text = Schedule::parse(std::string(501, '*'));
  EXPECT_EQ(long_text.error().code, ErrorCode::kLimitExceeded);
}

TEST(OptionsTest, AnyMomentMayBeAskedAbout) {
  const auto schedule = Schedule::parse("0 0 1 1 *");
  EXPECT_EQ(schedule->next(Instant::min()), utc("1970-01-01T00:00:00Z"));
  EXPECT_EQ(schedule->next(Instant::max()), std::nullopt);
  EXPECT_EQ(schedule->next(kForever), std::nullopt);
  EXPECT_EQ(schedule->next(utc("2198-06-01T00:00:00Z")), utc("2199-01-01T00:00:00Z"));
  EXPECT_EQ(schedule->next(utc("2199-06-01T00:00:00Z")), std::nullopt);
}

}  // namespace
}  // namespace rota::schedule
