#include "api/router.h"

#include <gtest/gtest.h>

namespace rota::api {
namespace {

Route route(std::string_view method, std::string_view pattern) {
  return {method, pattern, Permission::kView, RunsOn::kLoop, nullptr};
}

TEST(RouterTest, FindsByMethodAndPathAndGivesTheParameters) {
  const Router router({route("GET", "/"), route("GET", "/a/{id}"), route("POST", "/a/{id}"),
                       route("GET", "/a/{id}/b")});
  EXPECT_EQ(router.find("GET", "/").route, &router.routes()[0]);
  EXPECT_EQ(router.find("HEAD", "/a/7").route, &router.routes()[1]);
  EXPECT_EQ(router.find("POST", "/a/7").route, &router.routes()[2]);
  const auto match = router.find("GET", "/a/x%20y/b");
  ASSERT_EQ(match.route, &router.routes()[3]);
  EXPECT_EQ(match.params, std::vector<std::string_view>{"x%20y"});
}

TEST(RouterTest, TellsAWrongMethodFromAWrongPath) {
  const Router router({route("GET", "/a/{id}"), route("DELETE", "/a/{id}")});
  EXPECT_EQ(router.find("PUT", "/a/7").allow, "GET, HEAD, DELETE");
  for (const char* path : {"/", "/a", "/a/", "/a//", "/a/7/", "/a/7/b", "//a/7", "/A/7", ""}) {
    EXPECT_EQ(router.find("GET", path).route, nullptr) << path;
    EXPECT_EQ(router.find("GET", path).allow, "") << path;
  }
}

TEST(RouterTest, IdsArePositiveNumbersThatEveryReaderKeepsExactly) {
  EXPECT_EQ(*parse_path_id("9007199254740991", "task"), 9007199254740991);
  for (const char* text : {"0", "-1", "+1", "1 ", "1a", "", "9007199254740992", "0x1"}) {
    EXPECT_EQ(parse_path_id(text, "task").error().code, ErrorCode::kNotFound) << text;
  }
}

}  // namespace
}  // namespace rota::api
