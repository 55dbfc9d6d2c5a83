#include "base/escapes.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace rota::base {
namespace {

std::string text_of(std::string_view given) {
  EscapeFilter filter;
  std::string text;
  for (const char c : given) {
    if (filter.is_text(c)) text += c;
  }
  return text;
}

TEST(EscapesTest, LeavesTextAndTakesColoursOut) {
  EXPECT_EQ(text_of("plain [1m text"), "plain [1m text");
  EXPECT_EQ(text_of("\x1B[1m\x1B[38;2;255;0;0mred\x1B[0m"), "red");
  EXPECT_EQ(text_of("gr\xC3\xBC\x1B[1mn"), "gr\xC3\xBCn");
}

TEST(EscapesTest, TakesOutTitlesLinksAndCharacterSets) {
  EXPECT_EQ(text_of("\x1B]0;title\x07"
                    "a"),
            "a");
  EXPECT_EQ(text_of("\x1B]8;;http://x\x1B\\link\x1B]8;;\x1B\\"), "link");
  EXPECT_EQ(text_of("\x1B(Ba\x1B"
                    "7b"),
            "ab");
}

TEST(EscapesTest, ASequenceThatIsBrokenOffEndsWithItsLine) {
  EXPECT_EQ(text_of("\x1B]0;never ended\nnext"), "\nnext");
  EXPECT_EQ(text_of("\x1B[31\nnext"), "\nnext");
}

}  // namespace
}  // namespace rota::base
