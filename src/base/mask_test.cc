#include "base/mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace rota::base {
namespace {

using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const Mask> mask_of(const std::vector<std::string>& secrets) {
  return std::make_shared<const Mask>(secrets);
}

TEST(MaskTest, TakesOutASecretAsItIs) {
  EXPECT_EQ(Mask({"hunter22"}).apply("login hunter22 ok"), "login *** ok");
  EXPECT_EQ(Mask({"hunter22"}).apply("hunter2"), "hunter2");
  EXPECT_EQ(Mask({"hunter22"}).apply(""), "");
}

TEST(MaskTest, TakesOutBase64AlsoInTheMiddleOfALongerText) {
  const Mask mask({"correct horse"});
  EXPECT_EQ(mask.apply("Y29ycmVjdCBob3JzZQ=="), "***==");
  // "ann:correct horse", "bo:correct horse" and "a:correct horse": each of the three places.
  for (const char* text :
       {"YW5uOmNvcnJlY3QgaG9yc2U=", "Ym86Y29ycmVjdCBob3JzZQ==", "YTpjb3JyZWN0IGhvcnNl"}) {
    EXPECT_THAT(mask.apply(text), HasSubstr("***")) << text;
    EXPECT_LE(mask.apply(text).size(), 12u) << mask.apply(text);
  }
}

TEST(MaskTest, TakesOutUrlAndJsonForms) {
  const Mask mask({"a/b c\"d\n"});
  EXPECT_EQ(mask.apply("x=a%2Fb%20c%22d%0A."), "x=***.");
  EXPECT_EQ(mask.apply("x=a%2fb+c%22d%0a."), "x=***.");
  EXPECT_EQ(mask.apply("x=a/b%20c%22d%0A."), "x=***.");
  EXPECT_EQ(mask.apply(R"({"x":"a/b c\"d\n"})"), R"({"x":"***"})");
}

TEST(MaskTest, WhereSecretsOverlapNothingOfEitherStays) {
  EXPECT_EQ(Mask({"abcdX", "Xefgh"}).apply("-abcdXefgh-"), "-***-");
  EXPECT_EQ(Mask({"abcd", "abcdef"}).apply("-abcdef-abcde-"), "-***-***e-");
}

TEST(MaskTest, HowTheTextIsCutChangesNothing) {
  std::mt19937 random(20261123);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < 500; ++round) {
    // Few letters, so that secrets overlap themselves, each other and what stands around them.
    const auto letters = [&](std::size_t n) {
      std::string text;
      while (text.size() < n) text += "ab/ "[below(4)];
      return text;
    };
    std::vector<std::string> secrets;
    for (std::size_t i = 0; i <= below(3); ++i) secrets.push_back(letters(4 + below(9)));
    std::string text;
    for (int i = 0; i < 8; ++i) text += letters(below(12)) + secrets[below(secrets.size())];
    const auto mask = mask_of(secrets);
    StreamMask stream;
    stream.use(mask);
    std::string pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + below(9);
      pieces += stream.pass(std::string_view(text).substr(at, size));
      at += size;
    }
    pieces += stream.finish();
    ASSERT_EQ(pieces, mask->apply(text)) << "round " << round;
    for (const std::string& secret : secrets) ASSERT_THAT(pieces, Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace rota::base
