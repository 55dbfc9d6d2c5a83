#include "engine/local_date.h"

#include <gtest/gtest.h>

namespace rota::engine {
namespace {

using namespace std::chrono;  // NOLINT: dates read better

TEST(LocalDateTest, IsTheDateOnTheWallOfTheZone) {
  const Instant at = *parse_instant("2026-06-30T23:30:00Z");
  EXPECT_EQ(local_date(at, "UTC"), local_days{2026y / June / 30});
  EXPECT_EQ(local_date(at, "Europe/London"), local_days{2026y / July / 1});
  EXPECT_EQ(local_date(at, "America/New_York"), local_days{2026y / June / 30});
  EXPECT_EQ(local_date(at, "No/Where"), local_days{2026y / June / 30});
}

}  // namespace
}  // namespace rota::engine
