#include "rota/time.h"

#include <gtest/gtest.h>

namespace rota {
namespace {

TEST(TimeTest, WritesUtcWithAFractionOnlyWhereThereIsOne) {
  const Instant at = *parse_instant("2026-11-23T09:30:00Z");
  EXPECT_EQ(format_utc(at), "2026-11-23T09:30:00Z");
  EXPECT_EQ(format_utc(at + Duration{250'000}), "2026-11-23T09:30:00.250Z");
  EXPECT_EQ(format_utc(at + Duration{7}), "2026-11-23T09:30:00.000007Z");
  EXPECT_EQ(format_utc(Instant{Duration{-1}}), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeTest, ReadsAnyOffset) {
  EXPECT_EQ(*parse_instant("2026-06-01 09:30:00+01:00"), *parse_instant("2026-06-01T08:30:00Z"));
  EXPECT_EQ(*parse_instant("2026-06-01T09:30:00.5-03:30"),
            *parse_instant("2026-06-01T13:00:00.500Z"));
}

TEST(TimeTest, RefusesWhatIsNoTimeAndNamesTheColumn) {
  const auto bad_day = parse_instant("2026-02-30T00:00:00Z");
  ASSERT_FALSE(bad_day);
  EXPECT_EQ(bad_day.error().column, 9u);
  EXPECT_EQ(parse_instant("2026-13-01T00:00:00Z").error().column, 6u);
  EXPECT_EQ(parse_instant("2026-11-23T09:30:00").error().column, 20u);
  EXPECT_EQ(parse_instant("2026-11-23T09:30:00Zx").error().column, 21u);
  EXPECT_EQ(parse_instant("").error().code, ErrorCode::kInvalidArgument);
}

TEST(TimeTest, WritesDurationsForPeople) {
  EXPECT_EQ(format_duration(Duration{0}), "0 ms");
  EXPECT_EQ(format_duration(std::chrono::milliseconds{250}), "250 ms");
  EXPECT_EQ(format_duration(std::chrono::minutes{90}), "1 h 30 min");
  EXPECT_EQ(format_duration(std::chrono::seconds{-61}), "-1 min 1 s");
}

}  // namespace
}  // namespace rota
