#include "accounts/refusals.h"

#include <gtest/gtest.h>

namespace rota::accounts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

store::AuditNote refusal(const std::string& address, const std::string& who = "ann") {
  return {who, address, "session.refused", "user 1", "", ""};
}

class RefusalsTest : public testing::Test {
 protected:
  std::vector<store::AuditNote> due() { return refusals_.take(now_, Refusals::Which::kDue); }

  Refusals refusals_;
  Instant now_{seconds{1'795'000'000}};
};

TEST_F(RefusalsTest, FirstIsWrittenAtOnceAndTheRestAsOneRowWithACount) {
  refusals_.add(refusal("10.0.0.1"), now_);
  ASSERT_EQ(due().size(), 1u);
  for (int i = 0; i < 500; ++i)
    refusals_.add(refusal("10.0.0.1", "name" + std::to_string(i)), now_);
  EXPECT_TRUE(due().empty());
  now_ += minutes{1};
  const auto rows = due();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].count, 500);
  EXPECT_EQ(rows[0].after, R"({"since":"2026-11-18T11:06:40Z","until":"2026-11-18T11:06:40Z",)"
                           R"("names":["name0","name1","name2","name3","name4"]})");
  EXPECT_TRUE(due().empty());
}

TEST_F(RefusalsTest, FloodFromManyAddressesKeepsTheAuditBounded) {
  std::size_t rows = 0;
  std::int64_t counted = 0;
  for (int second = 0; second < 3600; ++second, now_ += seconds{1}) {
    for (int i = 0; i < 10; ++i) {
      refusals_.add(refusal("10." + std::to_string(i) + "." + std::to_string(second / 250) + "." +
                            std::to_string(second % 250)),
                    now_);
    }
    for (const auto& row : due()) {
      ++rows;
      counted += row.count;
    }
    EXPECT_LE(refusals_.size(), 65u);
  }
  for (const auto& row : refusals_.take(now_, Refusals::Which::kAll)) {
    ++rows;
    counted += row.count;
  }
  EXPECT_EQ(counted, 36'000) << "every one is counted";
  EXPECT_LT(rows, 600u);
}

TEST_F(RefusalsTest, OneNetworkOfSixtyFourBitsIsOneAddress) {
  refusals_.add(refusal("2001:db8:1:2::1"), now_);
  refusals_.add(refusal("2001:db8:1:2::2"), now_);
  EXPECT_EQ(refusals_.size(), 1u);
}

TEST_F(RefusalsTest, QuietAddressIsForgottenAndThenBeginsAnew) {
  refusals_.add(refusal("10.0.0.1"), now_);
  (void)due();
  now_ += hours{1};
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(refusals_.size(), 0u);
  refusals_.add(refusal("10.0.0.1"), now_);
  EXPECT_EQ(due().size(), 1u);
}

TEST_F(RefusalsTest, WhatIsCountedIsWrittenAtTheEnd) {
  refusals_.add(refusal("10.0.0.1"), now_);
  refusals_.add(refusal("10.0.0.1"), now_);
  EXPECT_EQ(refusals_.take(now_, Refusals::Which::kAll).size(), 2u);
}

TEST_F(RefusalsTest, TextsAreCutAndCleaned) {
  store::AuditNote note = refusal("10.0.0.1");
  note.object = "GET /" + std::string(5000, 'x');
  refusals_.add(note, now_);
  note.who = "eve\n\xFF\x1B[2J";
  note.address = "10.0.0.2";
  refusals_.add(note, now_);
  const auto rows = due();
  EXPECT_EQ(rows.at(0).object.size(), 200u);
  EXPECT_EQ(rows.at(1).who.find_first_of("\n\xFF\x1B"), std::string::npos);
}

}  // namespace
}  // namespace rota::accounts
