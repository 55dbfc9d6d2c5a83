#include "net/rate_limit.h"

#include <gtest/gtest.h>

namespace rota::net {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAddress = "10.0.0.1";

class RateLimitTest : public testing::Test {
 protected:
  int taken(RateLimit& limit, const std::string& address, int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += limit.take(address, now_) ? 0 : 1;
    return count;
  }
  RateLimit::Time now_ = RateLimit::Time{} + 1h;
};

TEST_F(RateLimitTest, AllowsABurstThenSoManyASecond) {
  RateLimit limit({.per_second = 10, .burst = 50});
  EXPECT_EQ(taken(limit, kAddress, 100), 50);
  now_ += 1s;
  EXPECT_EQ(taken(limit, kAddress, 100), 10);
  now_ += 1h;
  EXPECT_EQ(taken(limit, kAddress, 100), 50);
}

TEST_F(RateLimitTest, SaysHowLongToWait) {
  RateLimit limit({.per_second = 10, .burst = 1});
  EXPECT_FALSE(limit.take(kAddress, now_));
  const auto wait = limit.take(kAddress, now_);
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, 100ms);
  now_ += *wait;
  EXPECT_FALSE(limit.take(kAddress, now_));
}

TEST_F(RateLimitTest, OneClientDoesNotTouchAnother) {
  RateLimit limit({.per_second = 1, .burst = 5});
  EXPECT_EQ(taken(limit, kAddress, 10), 5);
  EXPECT_EQ(taken(limit, "10.0.0.2", 10), 5);
}

TEST_F(RateLimitTest, AHomeWithManyAddressesIsOneClient) {
  RateLimit limit({.per_second = 1, .burst = 5});
  EXPECT_EQ(taken(limit, "2001:db8:1:2::1", 3), 3);
  EXPECT_EQ(taken(limit, "2001:db8:1:2:ffff::9", 10), 2);
  EXPECT_EQ(taken(limit, "2001:db8:1:3::1", 10), 5);
}

TEST_F(RateLimitTest, ThisMachineItselfIsNotLimited) {
  RateLimit limit({.per_second = 1, .burst = 1});
  EXPECT_EQ(taken(limit, "127.0.0.1", 1000), 1000);
  EXPECT_EQ(taken(limit, "::1", 1000), 1000);
  RateLimit all({.per_second = 1, .burst = 1, .limits_own_machine = true});
  EXPECT_EQ(taken(all, "127.0.0.1", 1000), 1);
}

TEST_F(RateLimitTest, ManyAddressesTakeNoMoreThanTheirBound) {
  RateLimit limit({.per_second = 1, .burst = 5, .addresses_max = 100});
  int allowed = 0;
  for (int i = 0; i < 1000; ++i)
    allowed += taken(limit, "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250), 1);
  EXPECT_EQ(limit.addresses(), 100u);
  EXPECT_EQ(allowed, 105) << "the others share one bucket";
  now_ += 1h;
  EXPECT_EQ(taken(limit, "10.9.9.9", 10), 5);
  EXPECT_EQ(limit.addresses(), 1u);
}

}  // namespace
}  // namespace rota::net
