// Who gets the threads: nobody waits for more than another's share.
#include "api/work_pool.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace rota::api {
namespace {

using namespace std::chrono_literals;
using Verdict = WorkPool::Verdict;

/// Work that goes on until it is let go, and says when it has begun.
class Slow {
 public:
  std::function<void()> one() {
    return [this, done = done_] {
      {
        const std::lock_guard lock(mutex_);
        ++begun_;
        changed_.notify_all();
      }
      done.wait();  // Whoever waited for the beginning may be gone by now, and this with it.
    };
  }
  bool wait_for_begun(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return begun_ >= count; });
  }
  int begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }
  void let_go() { gate_.set_value(); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
  std::promise<void> gate_;
  std::shared_future<void> done_ = gate_.get_future().share();
};

bool runs(WorkPool& pool, const std::string& holder) {
  auto ran = std::make_shared<std::promise<void>>();
  auto done = ran->get_future();
  if (pool.try_run(holder, [ran] { ran->set_value(); }) != Verdict::kAccepted) return false;
  return done.wait_for(10s) == std::future_status::ready;
}

// Seen: eight slow lists of one user made everybody wait for 1.3 seconds.
TEST(WorkPoolTest, EightSlowRequestsOfOneUserKeepNobodyElseWaiting) {
  WorkPool pool({.threads = 4, .at_work_per_holder_max = 2});
  Slow slow;
  for (int i = 0; i < 8; ++i) EXPECT_EQ(pool.try_run("a", slow.one()), Verdict::kAccepted);
  ASSERT_TRUE(slow.wait_for_begun(2));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(runs(pool, "b")) << "while all of a's go on";
  EXPECT_EQ(slow.begun(), 2) << "no more than its share";
  slow.let_go();
  EXPECT_TRUE(slow.wait_for_begun(8)) << "the rest follows";
}

TEST(WorkPoolTest, HoldersTakeTurns) {
  WorkPool pool({.threads = 1, .at_work_per_holder_max = 1});
  Slow first;
  (void)pool.try_run("x", first.one());
  ASSERT_TRUE(first.wait_for_begun(1));
  std::string order;
  std::latch all(6);
  for (const char* holder : {"a", "a", "a", "a", "b", "c"}) {
    (void)pool.try_run(holder, [&, holder] {
      order += holder;
      all.count_down();
    });
  }
  first.let_go();
  all.wait();
  EXPECT_EQ(order, "abcaaa");
}

TEST(WorkPoolTest, WhatWaitsIsBoundedPerHolderAndInAll) {
  WorkPool pool(
      {.threads = 1, .at_work_per_holder_max = 1, .waiting_per_holder_max = 2, .waiting_max = 3});
  Slow slow;
  (void)pool.try_run("a", slow.one());
  ASSERT_TRUE(slow.wait_for_begun(1));
  EXPECT_EQ(pool.try_run("a", [] {}), Verdict::kAccepted);
  EXPECT_EQ(pool.try_run("a", [] {}), Verdict::kAccepted);
  EXPECT_EQ(pool.try_run("a", [] {}), Verdict::kHolderFull);
  EXPECT_EQ(pool.try_run("b", [] {}), Verdict::kAccepted);
  EXPECT_EQ(pool.try_run("b", [] {}), Verdict::kFull);
  EXPECT_GE(pool.expected_wait("a"), 1s);
  slow.let_go();
  while (pool.try_run("c", [] {}) != Verdict::kAccepted) std::this_thread::yield();
}

TEST(WorkPoolTest, TheExpectedWaitFollowsHowLongWorkTakes) {
  WorkPool pool({.threads = 1, .at_work_per_holder_max = 1});
  EXPECT_EQ(pool.expected_wait("a"), 1s);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(pool.try_run("a", [] { std::this_thread::sleep_for(50ms); }), Verdict::kAccepted);
  }
  Slow slow;
  (void)pool.try_run("a", slow.one());
  ASSERT_TRUE(slow.wait_for_begun(1));
  for (int i = 0; i < 60; ++i) (void)pool.try_run("a", [] {});
  EXPECT_GE(pool.expected_wait("a"), 1s);
  EXPECT_LE(pool.expected_wait("a"), 60s);
  slow.let_go();
}

TEST(WorkPoolTest, StoppingDropsWhatWaitsAndFinishesWhatHasBegun) {
  WorkPool pool({.threads = 1, .at_work_per_holder_max = 1, .waiting_per_holder_max = 1});
  Slow slow;
  (void)pool.try_run("a", slow.one());
  ASSERT_TRUE(slow.wait_for_begun(1));
  bool ran = false;
  (void)pool.try_run("a", [&] { ran = true; });
  std::thread stopping([&] { pool.stop(); });
  while (pool.try_run("b", [] {}) != Verdict::kFull) std::this_thread::yield();
  slow.let_go();
  stopping.join();
  EXPECT_FALSE(ran);
  EXPECT_EQ(pool.try_run("a", [] {}), Verdict::kFull);
}

}  // namespace
}  // namespace rota::api
