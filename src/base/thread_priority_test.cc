// What a thread asks of the kernel holds for that thread alone.
#include "base/thread_priority.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

namespace rota::base {
namespace {

int nice_here() { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); }

TEST(ThreadPriorityTest, GivingWayHoldsForTheThreadThatAsked) {
  const int before = nice_here();
  int inside = before;
  std::thread([&] {
    give_way(kBackgroundNice);
    inside = nice_here();
  }).join();
  EXPECT_EQ(inside, std::max(before, kBackgroundNice));
  EXPECT_EQ(nice_here(), before);
}

TEST(ThreadPriorityTest, APromptThreadHasExactTimersAndKeepsItsNiceValue) {
  const int before = nice_here();
  int inside = -1;
  int slack = 0;
  std::thread([&] {
    be_prompt();
    inside = nice_here();
    slack = prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
  }).join();
  EXPECT_EQ(inside, before);
  EXPECT_EQ(slack, 1);
}

}  // namespace
}  // namespace rota::base
