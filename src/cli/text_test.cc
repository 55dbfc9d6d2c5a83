#include "cli/text.h"

#include <gtest/gtest.h>

namespace rota::cli {
namespace {

using namespace std::string_literals;

TEST(TextTest, NoTextFromTheDatabaseCanCommandTheTerminal) {
  EXPECT_EQ(escape_text("\x1b]0;owned\x07"), "\\x1b]0;owned\\x07");
  EXPECT_EQ(escape_text("a\r\nb\tc\0d"s), "a\\x0d\\nb\\tc\\x00d");
  EXPECT_EQ(escape_text("\xc2\x9b"
                        "31m"),
            "\\x9b31m");
  EXPECT_EQ(escape_lines("one\n\ttwo\x1b[2J\r"), "one\n\ttwo\\x1b[2J\\x0d");
}

TEST(TextTest, BrokenUtf8IsShownByteByByte) {
  EXPECT_EQ(escape_text("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(escape_text("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(escape_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(escape_text("grüße, 東京"), "grüße, 東京");
}

TEST(TextTest, MarksThatHideOrTurnTheTextAreVisible) {
  EXPECT_EQ(escape_text("pay\u202eexe"), "pay\\u202eexe");
  EXPECT_EQ(escape_text("a\u200bb"), "a\\u200bb");
}

TEST(TextTest, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(display_width("grüße"), 5u);
  EXPECT_EQ(display_width("東京"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(TextTest, TruncationNeverCutsACharacter) {
  EXPECT_EQ(truncate_text("grüße", 5), "grüße");
  EXPECT_EQ(truncate_text("grüße", 4), "grü…");
  EXPECT_EQ(truncate_text("東京都", 4), "東…");
  EXPECT_EQ(truncate_text("abc", 0), "");
}

}  // namespace
}  // namespace rota::cli
