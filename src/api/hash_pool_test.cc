#include "api/hash_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

namespace rota::api {
namespace {

/// Holds those that run until it is opened, so that what waits can be counted.
class Door {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool open_ = false;
};

TEST(HashPoolTest, KnownDeviceBeginsWhileGuessesFillTheQueue) {
  Door door;
  HashPool pool({});
  std::atomic<int> refused{0};
  std::atomic<int> guesses{0};
  for (int i = 0; i < 100; ++i) {
    const auto wait =
        pool.try_wait({false, "10.0.0." + std::to_string(i % 60)}, {[&] {
                                                                      ++guesses;
                                                                      door.pass();
                                                                    },
                                                                    [&] { ++refused; }});
    if (wait) {
      ++refused;
      EXPECT_GE(wait->count(), 1);
    }
  }
  door.wait_for(1);
  EXPECT_FALSE(pool.try_wait({true, "user 1"}, {[&] { door.pass(); }, [] {}}));
  door.wait_for(2);
  EXPECT_EQ(guesses, 1) << "one guess and the known device are inside";
  EXPECT_GE(refused, 100 - 33);
  door.open();
}

TEST(HashPoolTest, WaitThatIsNamedGrowsWithWhatWaits) {
  Door door;
  HashPool pool({});
  const auto empty = pool.expected_wait(false);
  for (int i = 0; i < 32; ++i) {
    (void)pool.try_wait({false, std::to_string(i)}, {[&] { door.pass(); }, [] {}});
  }
  EXPECT_GT(pool.expected_wait(false), empty);
  EXPECT_EQ(pool.expected_wait(true).count(), 1);
  door.open();
}

TEST(HashPoolTest, StoppedPoolTakesNothing) {
  HashPool pool({});
  pool.stop();
  EXPECT_TRUE(pool.try_wait({true, "user 1"}, {[] { ADD_FAILURE(); }, [] { ADD_FAILURE(); }}));
}

}  // namespace
}  // namespace rota::api
