#include "config/units.h"

#include <gtest/gtest.h>

namespace rota::config {
namespace {

using std::chrono::milliseconds;

TEST(UnitsTest, ADurationHasItsUnitBesideIt) {
  EXPECT_EQ(parse_span("1500ms"), milliseconds{1'500});
  EXPECT_EQ(parse_span("30s"), milliseconds{30'000});
  EXPECT_EQ(parse_span("1h30m"), milliseconds{5'400'000});
  EXPECT_EQ(parse_span("30d"), milliseconds{30LL * 86'400'000});
  EXPECT_EQ(parse_span("0s"), milliseconds{0});
}

TEST(UnitsTest, ANumberWithoutAUnitIsNoDuration) {
  for (const char* text : {"", "30", "s", "30 s", "-5s", "1.5h", "5x", "30s ", "1h30", "5M",
                           "99999999999999999999s", "9223372036854775807d", "366001d"}) {
    EXPECT_FALSE(parse_span(text).has_value()) << text;
  }
}

TEST(UnitsTest, ADurationReadsBackAsItIsShown) {
  for (const char* text : {"0s", "10ms", "1500ms", "30s", "5m", "1h30m", "30d", "1d1h1m1s"}) {
    ASSERT_TRUE(parse_span(text).has_value()) << text;
    EXPECT_EQ(span_text(*parse_span(text)), text);
  }
}

TEST(UnitsTest, ASizeMayHaveABinaryUnit) {
  EXPECT_EQ(parse_bytes("65536"), 65'536);
  EXPECT_EQ(parse_bytes("64KiB"), 65'536);
  EXPECT_EQ(parse_bytes("1MiB"), 1 << 20);
  EXPECT_EQ(parse_bytes("2GiB"), 2LL << 30);
  for (const char* text : {"", "MiB", "1MB", "1 MiB", "-1", "1.5MiB", "9223372036854775807GiB"}) {
    EXPECT_FALSE(parse_bytes(text).has_value()) << text;
  }
  EXPECT_EQ(bytes_text(1 << 20), "1MiB");
  EXPECT_EQ(bytes_text(1500), "1500");
  EXPECT_EQ(bytes_text(0), "0");
}

TEST(UnitsTest, AWholeNumberIsNothingButDigits) {
  EXPECT_EQ(parse_whole("7682"), 7'682);
  EXPECT_EQ(parse_whole("-1"), -1);
  for (const char* text : {"", "-", "--1", "+1", "7682x", " 1", "0x10", "99999999999999999999"}) {
    EXPECT_FALSE(parse_whole(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace rota::config
