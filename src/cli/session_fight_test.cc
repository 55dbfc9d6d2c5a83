#include "cli/session_fight.h"

#include <gtest/gtest.h>

namespace rota::cli {
namespace {

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};

std::vector<store::NodeView> sessions(std::initializer_list<int> pids, Duration ago) {
  std::vector<store::NodeView> nodes;
  for (const int pid : pids) {
    store::NodeView node;
    node.id = NodeId{static_cast<std::int64_t>(nodes.size()) + 1};
    node.info = {"a", pid, "1", 16};
    node.started_at = kNow - ago;
    nodes.push_back(node);
  }
  std::reverse(nodes.begin(), nodes.end());  // as the store lists them
  return nodes;
}

TEST(SessionFightTest, TwoThatTakeTurnsFight) {
  const auto fight = find_session_fight(sessions({7, 8, 7, 8, 7}, std::chrono::minutes{5}), kNow);
  ASSERT_TRUE(fight);
  EXPECT_EQ(fight->one, "process 8 on a");
  EXPECT_EQ(fight->other, "process 7 on a");
  EXPECT_EQ(fight->turns, 5);
}

TEST(SessionFightTest, RestartsAndLostLeasesAreNone) {
  EXPECT_FALSE(find_session_fight({}, kNow));
  EXPECT_FALSE(find_session_fight(sessions({7, 8, 9, 10}, std::chrono::minutes{5}), kNow));
  EXPECT_FALSE(find_session_fight(sessions({7, 7, 7}, std::chrono::minutes{5}), kNow));
}

TEST(SessionFightTest, WhatIsLongOverIsNotTold) {
  EXPECT_FALSE(find_session_fight(sessions({7, 8, 7, 8}, std::chrono::hours{2}), kNow));
}

}  // namespace
}  // namespace rota::cli
