// "at ..." and unions.
#include "schedule/testing/slots.h"

namespace rota::schedule {
namespace {

TEST(OneShotTest, RunsOnceInTheTasksZone) {
  EXPECT_THAT(
      slots("at 2026-07-01 09:00", "2026-01-01T00:00:00Z", 3, {.timezone = "Europe/London"}),
      ElementsAre("2026-07-01T08:00:00Z"));
  EXPECT_THAT(slots("at 2026-07-01T09:00:30", "2026-07-01T09:00:30Z", 1), IsEmpty());
}

TEST(OneShotTest, AcceptsAnOffset) {
  for (const char* text : {"at 2026-07-01T09:00:00Z", "at 2026-07-01 10:00+01:00"}) {
    EXPECT_THAT(slots(text, "2026-01-01T00:00:00Z", 1, {.timezone = "Asia/Tokyo"}),
                ElementsAre("2026-07-01T09:00:00Z"))
        << text;
  }
}

TEST(OneShotTest, FollowsTheClockChangeRule) {
  EXPECT_THAT(
      slots("at 2026-03-29 01:30", "2026-01-01T00:00:00Z", 1, {.timezone = "Europe/London"}),
      ElementsAre("2026-03-29T01:00:00Z"));
  const auto repeated = Schedule::parse("at 2026-10-25 01:30", {.timezone = "Europe/London"});
  EXPECT_THAT(repeated->pitfalls(), ElementsAre(HasSubstr("comes twice")));
}

TEST(OneShotTest, RefusesDatesAndTimesThatDoNotExist) {
  for (const char* text : {"at", "at 2026-02-30 09:00", "at 2026-13-01 09:00", "at 2026-12-01",
                           "at 2026-12-01 24:00", "at 2026-12-01 09:00 sharp", "at 26-12-01 09:00",
                           "at 1969-12-31 09:00", "at 2026-12-01 09:00+99:00", "at noon"}) {
    error_of(text);
  }
  EXPECT_THAT(error_of("at 2026-02-30 09:00"), HasSubstr("expected a day from 01 to 28"));
}

TEST(UnionTest, RunsAtEachMomentOnce) {
  EXPECT_THAT(slots("0 9 * * * | 0 9,17 * * 1 | 12 hours", "2026-11-23T05:00:00Z", 4),
              ElementsAre("2026-11-23T09:00:00Z", "2026-11-23T17:00:00Z", "2026-11-24T05:00:00Z",
                          "2026-11-24T09:00:00Z"));
}

TEST(UnionTest, RefusesAnEmptyPart) {
  EXPECT_THAT(error_of("0 9 * * * |"), HasSubstr("expected a schedule"));
  error_of("| 5 minutes");
}

TEST(UnionTest, MayAlsoRunAtStart) {
  const auto schedule = Schedule::parse("@reboot | @daily");
  EXPECT_TRUE(schedule->runs_at_start());
  EXPECT_NE(schedule->next(Instant{}), std::nullopt);
}

}  // namespace
}  // namespace rota::schedule
