// A clock that was set forward and back: what is decided does not run again, and that nothing runs
// for a while is said.
#include "engine/clock_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/engine_rig.h"

namespace rota::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::EngineRig;
using testing::work_task;

const Instant kStart = *parse_instant("2026-11-23T09:00:30Z");

class ClockCheckTest : public ::testing::Test {
 protected:
  ClockCheckTest() : rig(kStart) { rig.start(); }
  EngineRig rig;
};

TEST_F(ClockCheckTest, ForwardAndBackIsSaidUntilTheClockIsThereAgain) {
  const Task minutely = rig.add(work_task("minutely", "* * * * *"));
  rig.add(work_task("yearly", "0 0 1 1 *"));
  rig.run_for(minutes{2});
  EXPECT_FALSE(rig.engine().status().clock_set_back);
  rig.set_clock(hours{1});
  rig.run_for(minutes{2});
  EXPECT_FALSE(rig.engine().status().clock_set_back) << "forward alone holds up nothing";
  const std::size_t before = rig.starts_of(minutely.id).size();
  rig.set_clock(-hours{1});
  rig.run_for(seconds{5});
  const auto set_back = rig.engine().status().clock_set_back;
  ASSERT_TRUE(set_back);
  EXPECT_EQ(set_back->tasks, 1) << "the yearly one stands where its schedule says";
  EXPECT_EQ(set_back->decided_until, *parse_instant("2026-11-23T10:05:00Z"));
  rig.run_for(minutes{30});
  EXPECT_EQ(rig.starts_of(minutely.id).size(), before) << "decided slots do not run again";
  EXPECT_TRUE(rig.engine().status().clock_set_back);
  rig.run_for(minutes{31});
  EXPECT_FALSE(rig.engine().status().clock_set_back);
  EXPECT_GT(rig.starts_of(minutely.id).size(), before);
}

TEST_F(ClockCheckTest, AServerThatStartsAfterwardsNoticesFromTheDatabase) {
  rig.add(work_task("minutely", "* * * * *"));
  rig.set_clock(hours{1});
  rig.run_for(minutes{2});
  rig.kill();
  rig.set_clock(-hours{1});
  rig.start();
  rig.run_for(seconds{5});
  ASSERT_TRUE(rig.engine().status().clock_set_back);
  ASSERT_TRUE(rig.engine().check_clock().value());
  EXPECT_EQ(rig.engine().check_clock().value()->tasks, 1);
}

TEST_F(ClockCheckTest, WhatCountsFromItsFinishIsPlannedAnew) {
  const Task task = rig.add(work_task("after", "5 minutes after finish"));
  rig.set_clock(hours{1});
  rig.run_for(minutes{6});
  const std::size_t before = rig.starts_of(task.id).size();
  ASSERT_GE(before, 1u);
  rig.set_clock(-hours{1});
  rig.run_for(minutes{6});
  EXPECT_EQ(rig.starts_of(task.id).size(), before + 1) << "not an hour later";
  EXPECT_FALSE(rig.engine().status().clock_set_back);
}

TEST_F(ClockCheckTest, APausedOrEditedTaskIsNoSignOfAWrongClock) {
  const Task task = rig.add(work_task("a", "* * * * *"));
  rig.edit(task.id, [](Task& edited) { edited.paused_until = kForever; });
  rig.run_for(minutes{3});
  rig.edit(task.id, [](Task& edited) { edited.schedule = "0 5 * * *"; });
  rig.kill();
  rig.edit(task.id, [](Task& edited) { edited.schedule = "* * * * *"; });
  rig.start();
  EXPECT_FALSE(rig.engine().check_clock().value());
}

}  // namespace
}  // namespace rota::engine
