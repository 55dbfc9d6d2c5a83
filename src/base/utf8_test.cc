#include "base/utf8.h"

#include <gtest/gtest.h>

namespace rota::base {
namespace {

TEST(Utf8Test, KnowsWellFormedCharactersAndNothingElse) {
  EXPECT_EQ(utf8_length_at("a", 0), 1u);
  EXPECT_EQ(utf8_length_at("\xC3\xA9", 0), 2u);
  EXPECT_EQ(utf8_length_at("\xE2\x82\xAC", 0), 3u);
  EXPECT_EQ(utf8_length_at("\xF0\x9F\x98\x80", 0), 4u);
  for (const char* broken : {"\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                             "\xFF", "\x80", "\xF0\x9F\x98"}) {
    EXPECT_EQ(utf8_length_at(broken, 0), 0u) << broken;
  }
}

TEST(Utf8Test, MakesOnePrintableLineOfAnything) {
  EXPECT_EQ(one_line("two\nlines\r\n", 100), "two lines");
  EXPECT_EQ(one_line("\x1b[31mred", 100), " [31mred");
  EXPECT_EQ(one_line("bad \xFF byte", 100), "bad \xEF\xBF\xBD byte");
  EXPECT_EQ(one_line(std::string_view("nul\0nul", 7), 100), "nul nul");
}

TEST(Utf8Test, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(one_line("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(one_line("abcdefghi", 8), "abcde...");
  EXPECT_EQ(one_line("\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 8), "\xE2\x82\xAC...");
}

}  // namespace
}  // namespace rota::base
