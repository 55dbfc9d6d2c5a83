#include "json/strict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace rota::json {
namespace {

using testing::HasSubstr;

std::string read(std::string_view text) {
  const auto value = parse_strict(text);
  EXPECT_EQ(value.has_value(), is_strict(text)) << text;
  return value ? std::string(boost::json::serialize(*value)) : "fault: " + value.error().message;
}

Fault fault_of(std::string_view text) {
  const auto value = parse_strict(text);
  EXPECT_FALSE(value) << text;
  EXPECT_FALSE(is_strict(text)) << text;
  return value ? Fault{} : value.error();
}

TEST(StrictJsonTest, ReadsWhatJsonIs) {
  EXPECT_EQ(
      read(R"( {"a":[1,-2,0.5,"x\u00e9\n",true,false,null,{}],"b":{"a":18446744073709551615}} )"),
      "{\"a\":[1,-2,5E-1,\"x\xC3\xA9\\n\",true,false,null,{}],\"b\":{\"a\":18446744073709551615}}");
  EXPECT_EQ(read("5"), "5");
  EXPECT_EQ(read(R"("\ud83d\ude00")"), "\"\xF0\x9F\x98\x80\"");
}

TEST(StrictJsonTest, ANameThatStandsTwiceIsAFaultThatSaysWhere) {
  EXPECT_EQ(fault_of(R"({"a":1,"b":2,"a":3})").field, "a");
  EXPECT_EQ(fault_of(R"({"a":{"b":[{},{"x":1,"x":1}]}})").field, "a.b[1].x");
  EXPECT_EQ(fault_of(R"([[1],[2,{"x":1,"x":1}]])").field, "[1][1].x");
  EXPECT_EQ(fault_of(R"({"a":1,"\u0061":2})").field, "a") << "another spelling of the same name";
  EXPECT_EQ(fault_of(R"({"":1,"":2})").message, "the name '' stands twice");
  EXPECT_THAT(fault_of(R"({"a":1,"a":3})").message, HasSubstr("'a' stands twice"));
  EXPECT_EQ(describe(fault_of(R"({"a":1,"a":3})")), "names 'a' twice at position 10");
  EXPECT_EQ(describe(fault_of("{")), "is not JSON: incomplete JSON at position 2");
  EXPECT_EQ(read(R"({"a":1,"A":2,"b":{"a":1},"c":[{"a":1},{"a":1}]})"),
            R"({"a":1,"A":2,"b":{"a":1},"c":[{"a":1},{"a":1}]})");
  const std::string name(5000, 'n');  // comes to the parser's handler in parts
  EXPECT_FALSE(parse_strict("{\"" + name + "\":1,\"" + name + "\":2}"));
  EXPECT_LE(fault_of("{\"" + name + "\":1,\"" + name + "\":2}").field.size(), 200u);
  EXPECT_TRUE(parse_strict("{\"" + name + "\":1,\"" + name + "x\":2}"));
}

TEST(StrictJsonTest, RefusesWhatReadersTakeDifferently) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "{}{}",
                           "{} x",
                           "[1,]",
                           "{\"a\":1,}",
                           "NaN",
                           "[Infinity]",
                           "[1e400]",
                           "[-1e999]",
                           "\xEF\xBB\xBF{}",
                           R"("\ud800")",
                           R"("\udc00x")",
                           R"("\ud800\u0041")",
                           "\"\xFF\"",
                           "\"\xED\xA0\x80\"",
                           "\"\xC0\x80\"",
                           "\"a\nb\"",
                           "[01]",
                           "[.5]",
                           "{'a':1}",
                           "{a:1}",
                           "/**/{}",
                           "[1] // x",
                           "\"\\x41\"",
                           "tru"}) {
    EXPECT_FALSE(parse_strict(text)) << text;
    EXPECT_FALSE(is_strict(text)) << text;
  }
  EXPECT_EQ(fault_of("[1e400]").message, "the number is too large");
}

TEST(StrictJsonTest, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_strict(nested(32)));
  EXPECT_FALSE(parse_strict(nested(33)));
  EXPECT_TRUE(is_strict(nested(64), 64));
  EXPECT_FALSE(is_strict(nested(100'000), 64));
}

TEST(StrictJsonTest, ManyNamesAreReadInTimeForEach) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parse_strict(text + "\"last\":0}"));
  EXPECT_EQ(fault_of(text + "\"77\":0}").field, "77");
}

}  // namespace
}  // namespace rota::json
