#include "store/cursor.h"

#include <gtest/gtest.h>

namespace rota::store {
namespace {

TEST(CursorTest, IsReadByTheListThatMadeItAlone) {
  const std::string cursor = make_cursor("tasks name", "0.17.a name");
  EXPECT_EQ(*read_cursor("tasks name", cursor), "0.17.a name");
  EXPECT_FALSE(read_cursor("tasks type", cursor));
  EXPECT_FALSE(read_cursor("runs", cursor));
  EXPECT_EQ(*read_cursor("", make_cursor("", "")), "");
}

TEST(CursorTest, EveryChangedOrMissingByteIsFound) {
  const std::string cursor = make_cursor("runs", "1766558400000000.17");
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string changed = cursor;
    changed[i] = changed[i] == '1' ? '2' : '1';
    const auto read = read_cursor("runs", changed);
    ASSERT_FALSE(read) << changed;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(read.error().fields.at(0).field, "cursor");
    EXPECT_FALSE(read_cursor("runs", cursor.substr(0, i))) << i;
  }
  EXPECT_FALSE(read_cursor("runs", cursor + "0"));
  EXPECT_FALSE(read_cursor("runs", " " + cursor));
  const std::string large(100'000, 'x');
  EXPECT_FALSE(read_cursor("runs", make_cursor("runs", large))) << "too long";
}

}  // namespace
}  // namespace rota::store
