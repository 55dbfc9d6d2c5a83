#include "base/characters.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace rota::base {
namespace {

std::string found(std::u32string_view characters) {
  std::string text;
  for (const char32_t one : characters) text += utf8_of(one);
  const auto hidden = find_hidden(text);
  return hidden ? describe(*hidden, text) : "nothing";
}

TEST(CharactersTest, FindsWhatIsHiddenAndSaysWhatItIsAndWhere) {
  EXPECT_EQ(found(U"plain"), "nothing");
  EXPECT_EQ(found(U"two\nlines"), "U+000A, a control character, at character 4");
  EXPECT_EQ(found(U"\u009b31m"), "U+009B, a control character, at character 1");
  EXPECT_EQ(found(U"äö\u202egpj"), "U+202E, a bidirectional control, at character 3");
  EXPECT_EQ(found(U"\u061cx"), "U+061C, a bidirectional control, at character 1");
  EXPECT_EQ(found(U"pay\u200broll"), "U+200B, a character without width, at character 4");
  EXPECT_EQ(found(U"a\u2028b"), "U+2028, a line separator, at character 2");
  EXPECT_EQ(found(U"a\U000e0041"), "U+E0041, a tag character, at character 2");
  EXPECT_EQ(found(U"a\ufffe"), "U+FFFE, not a character, at character 2");
  EXPECT_EQ(found(U"a\U0010ffff"), "U+10FFFF, not a character, at character 2");
}

TEST(CharactersTest, EveryBidirectionalControlAndEveryOneWithoutWidthIsHidden) {
  for (char32_t code :
       {0x00u,   0x1Bu,   0x7Fu,    0x85u,    0xADu,    0x34Fu,  0x61Cu,  0x115Fu, 0x180Eu,
        0x200Bu, 0x200Eu, 0x200Fu,  0x202Au,  0x202Bu,  0x202Cu, 0x202Du, 0x202Eu, 0x2060u,
        0x2063u, 0x2066u, 0x2067u,  0x2068u,  0x2069u,  0x206Au, 0x3164u, 0xFEFFu, 0xFFA0u,
        0xFFF9u, 0xFDD0u, 0x1D173u, 0xE0001u, 0xE007Fu, 0xE0FFFu}) {
    const std::u32string text{U'a', code, U'b'};
    EXPECT_NE(found(text), "nothing") << std::hex << static_cast<unsigned>(code);
  }
}

TEST(CharactersTest, LeavesTheWritingOfTheWorldAlone) {
  EXPECT_EQ(found(U"Überweisung – Zürich №5 “naïve”"), "nothing");
  EXPECT_EQ(found(U"שכר עבודה يوميّ 給与計算 급여 वेतन"), "nothing");
  EXPECT_EQ(found(U"می\u200cخواهم"), "nothing") << "Persian needs the non-joiner";
  EXPECT_EQ(found(U"क्\u200dष"), "nothing") << "and Hindi the joiner";
  EXPECT_EQ(found(U"\U0001F468\u200D\U0001F469\u200D\U0001F467"), "nothing") << "a family";
  EXPECT_EQ(found(U"\u2764\uFE0F\u200D\U0001F525 1\uFE0F\u20E3 \u00A9\uFE0F"), "nothing");
  EXPECT_EQ(found(U"葛\U000E0100飾"), "nothing") << "a variant of an ideograph";
}

TEST(CharactersTest, JoinersAndSelectorsHideNothingInLatin) {
  EXPECT_NE(found(U"pay\u200droll"), "nothing");
  EXPECT_NE(found(U"می\u200c"), "nothing") << "at the end";
  EXPECT_NE(found(U"\u200dक"), "nothing") << "at the beginning";
  EXPECT_NE(found(U"می\u200c\u200cخواهم"), "nothing") << "two";
  EXPECT_NE(found(U"pay\uFE0Froll"), "nothing");
  EXPECT_NE(found(U"pay\U000E0100"), "nothing");
}

TEST(CharactersTest, MakesThemVisible) {
  EXPECT_EQ(visible("a\x1b[31m\xE2\x80\xAE\xC2\x9B\xF3\xA0\x81\x81\xFF\n\t"),
            "a\\x1b[31m\\u202e\\x9b\\U000e0041\\xff\\n\\t");
  EXPECT_EQ(visible("a\n\tb\r", LineEnds::kKeep), "a\n\tb\\x0d");
  EXPECT_EQ(visible("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_EQ(visible(""), "");
  EXPECT_EQ(json_without_hidden("{\n\"a\": \"\xE2\x80\xAE\xF3\xA0\x81\x81\xC2\x9B\xC3\xA9\"}"),
            "{\n\"a\": \"\\u202e\\udb40\\udc41\\u009b\xC3\xA9\"}");
  EXPECT_EQ(json_without_hidden("{\n\t}"), "{\n\t}");
}

}  // namespace
}  // namespace rota::base
