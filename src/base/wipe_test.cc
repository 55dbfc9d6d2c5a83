#include "base/wipe.h"

#include <gtest/gtest.h>

#include <cstring>

namespace rota::base {
namespace {

TEST(WipeTest, ZeroesAllThatATextHadRoomFor) {
  std::string text(100, 's');
  text.resize(40);  // 60 bytes of it are still there, behind the end
  const char* const bytes = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), bytes);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(bytes[i], '\0') << i;
}

TEST(WipeTest, ZeroesShortTextsThatLiveInTheirOwner) {
  std::string text = "secret";
  const char* const bytes = text.data();
  wipe(text);
  EXPECT_EQ(std::memcmp(bytes, "\0\0\0\0\0\0", 6), 0);
}

TEST(WipeTest, AScopeWipesWhicheverWayItEnds) {
  std::vector<std::string> texts{std::string(50, 'a'), "b"};
  try {
    const WipeAtEnd scope(texts);
    throw 1;
  } catch (int) {
    EXPECT_TRUE(texts.empty());
  }
}

}  // namespace
}  // namespace rota::base
