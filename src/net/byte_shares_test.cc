#include "net/byte_shares.h"

#include <gtest/gtest.h>

namespace rota::net {
namespace {

using Verdict = ByteShares::Verdict;

class ByteSharesTest : public testing::Test {
 protected:
  std::shared_ptr<ByteShares> shares_ = std::make_shared<ByteShares>(ByteLimits{100, 150});
};

TEST_F(ByteSharesTest, OneHolderCannotTakeEverything) {
  auto a = shares_->share_of("a");
  auto more = shares_->share_of("a");
  EXPECT_EQ(a.try_grow(60), Verdict::kTaken);
  EXPECT_EQ(more.try_grow(41), Verdict::kHolderFull);
  EXPECT_EQ(more.try_grow(40), Verdict::kTaken);
  auto b = shares_->share_of("b");
  EXPECT_EQ(b.try_grow(51), Verdict::kFull);
  EXPECT_EQ(b.try_grow(50), Verdict::kTaken);
  EXPECT_EQ(shares_->held(), 150u);
}

TEST_F(ByteSharesTest, WhatIsTakenIsGivenBack) {
  {
    auto a = shares_->share_of("a");
    a.grow(500);
    auto moved = std::move(a);
    moved.shrink(450);
    EXPECT_EQ(shares_->held_for("a"), 50u);
    moved.shrink(1000);
    EXPECT_EQ(shares_->held(), 0u);
    moved.grow(7);
    moved = shares_->share_of("b");
    EXPECT_EQ(shares_->held(), 0u);
    moved.grow(8);
  }
  EXPECT_EQ(shares_->held(), 0u);
}

}  // namespace
}  // namespace rota::net
