#include "api/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace rota::api {
namespace {

std::string written(std::string_view text) {
  JsonWriter json;
  json.value(text);
  return json.take();
}

TEST(JsonWriterTest, PutsCommasWhereTheyBelong) {
  JsonWriter json;
  json.begin_object().field("a", 1).key("b").begin_array().value(true).null().end_array();
  json.key("c").begin_object().end_object().field("d", "x").end_object();
  EXPECT_EQ(json.take(), R"({"a":1,"b":[true,null],"c":{},"d":"x"})");
}

TEST(JsonWriterTest, KeepsNumbersExact) {
  JsonWriter json;
  json.begin_array()
      .value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::uint64_t>::max())
      .value(1.5)
      .value(std::numeric_limits<double>::infinity())
      .end_array();
  EXPECT_EQ(json.take(), "[-9223372036854775808,18446744073709551615,1.5,null]");
}

TEST(JsonWriterTest, EscapesWhatIsHostile) {
  EXPECT_EQ(written("a\"b\\c\n\t"), R"("a\"b\\c\n\t")");
  EXPECT_EQ(written("</script>&"), R"("\u003c/script\u003e\u0026")");
  EXPECT_EQ(written(std::string_view("\0\x1b\x7f", 3)), R"("\u0000\u001b\u007f")");
  EXPECT_EQ(written("\xc3\xa4\xf0\x9f\x98\x80"), "\"\xc3\xa4\xf0\x9f\x98\x80\"");
  EXPECT_EQ(written("a\xe2\x80\xae\xc2\x9b\xf3\xa0\x81\x81"), R"("a\u202e\u009b\udb40\udc41")");
}

TEST(JsonWriterTest, BrokenUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(written("a\xff\x62"), "\"a\xEF\xBF\xBD\x62\"");
  EXPECT_EQ(written("\xed\xa0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(written("\xc3"), "\"\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace rota::api
