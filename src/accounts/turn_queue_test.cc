// Turns are counted here, never timed.
#include "accounts/turn_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rota::accounts {
namespace {

class TurnQueueTest : public testing::Test {
 protected:
  /// Whether `who` was taken; what it displaced is written down.
  bool push(bool known, const std::string& key, const std::string& who) {
    Waiting waiting{[this, who] { ran_.push_back(who); }, [this, who] { refused_.push_back(who); }};
    auto pushed = queue_.push({known, key}, waiting);
    if (pushed.displaced) pushed.displaced->refuse();
    return pushed.taken == TurnQueue::Taken::kTaken;
  }
  /// One slot works through what waits until `who` had its turn; how many turns that took.
  int turns_until(const std::string& who) {
    for (int turns = 1; turns < 1000; ++turns) {
      auto turn = queue_.next();
      if (!turn) return -1;
      turn->waiting.run();
      queue_.end(*turn);
      if (ran_.back() == who) return turns;
    }
    return -1;
  }

  TurnQueue queue_;
  std::vector<std::string> ran_;
  std::vector<std::string> refused_;
};

TEST_F(TurnQueueTest, KnownDeviceHasTheNextTurnWhileSixtyClientsGuess) {
  for (int i = 0; i < 60; ++i) (void)push(false, "10.0.0." + std::to_string(i), "guess");
  const auto guess = queue_.next();
  ASSERT_TRUE(guess);
  EXPECT_FALSE(queue_.next()) << "the other slot is kept for known ones";
  ASSERT_TRUE(push(true, "user 1", "ann"));
  const auto ann = queue_.next();
  ASSERT_TRUE(ann) << "without waiting for a guess to end";
  EXPECT_TRUE(ann->known);
}

TEST_F(TurnQueueTest, UnknownAddressHasItsFairShareBesideOneThatSendsSixty) {
  int taken = 0;
  for (int i = 0; i < 60; ++i) taken += push(false, "10.0.0.9", "guess") ? 1 : 0;
  EXPECT_EQ(taken, 4);
  ASSERT_TRUE(push(false, "10.0.0.1", "bob"));
  EXPECT_LE(turns_until("bob"), 2);
}

TEST_F(TurnQueueTest, NewcomerDisplacesTheLastOfWhoeverWaitsForMost) {
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 4; ++j) ASSERT_TRUE(push(false, std::to_string(i), std::to_string(j)));
  }
  ASSERT_TRUE(push(false, "new", "bob"));
  EXPECT_EQ(refused_, std::vector<std::string>{"3"});
  EXPECT_EQ(queue_.waiting(), 32u);
  EXPECT_LE(turns_until("bob"), 9);
}

TEST_F(TurnQueueTest, WhatWaitsIsBoundedAndTheRestIsRefused) {
  int taken = 0;
  for (int i = 0; i < 1000; ++i) taken += push(false, std::to_string(i), "guess") ? 1 : 0;
  EXPECT_EQ(taken, 32);
  EXPECT_EQ(queue_.turns_ahead(false), 32u);
  EXPECT_TRUE(refused_.empty()) << "each has one place: nobody has a place too many";
}

TEST_F(TurnQueueTest, KnownOnesTakeTurnsAmongThemselves) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(push(true, "user 1", "ann"));
  EXPECT_FALSE(push(true, "user 1", "ann"));
  ASSERT_TRUE(push(true, "user 2", "bob"));
  EXPECT_LE(turns_until("bob"), 2);
}

TEST_F(TurnQueueTest, KnownOnesMayTakeAllSlots) {
  ASSERT_TRUE(push(true, "user 1", "ann"));
  ASSERT_TRUE(push(true, "user 2", "bob"));
  ASSERT_TRUE(push(true, "user 3", "eve"));
  EXPECT_TRUE(queue_.next());
  EXPECT_TRUE(queue_.next());
  EXPECT_FALSE(queue_.next());
}

TEST_F(TurnQueueTest, KnownOnesCannotKeepOthersOut) {
  ASSERT_TRUE(push(true, "user 1", "ann"));
  ASSERT_TRUE(push(true, "user 2", "eve"));
  ASSERT_TRUE(push(false, "10.0.0.1", "bob"));
  EXPECT_TRUE(queue_.next()->known);
  EXPECT_FALSE(queue_.next()->known) << "before the second of the known ones";
}

TEST_F(TurnQueueTest, OneSlotAloneServesBoth) {
  TurnQueue single({.at_once = 1});
  Waiting waiting{[] {}, [] {}};
  (void)single.push({false, "a"}, waiting);
  Waiting other{[] {}, [] {}};
  (void)single.push({true, "b"}, other);
  const auto first = single.next();
  ASSERT_TRUE(first);
  single.end(*first);
  EXPECT_NE(single.next()->known, first->known);
}

}  // namespace
}  // namespace rota::accounts
