#include "base/cpu_time.h"

#include <gtest/gtest.h>

#include <thread>

namespace rota::base {
namespace {

TEST(CpuTimeTest, ABudgetIsUsedByComputingAndNotByWaiting) {
  const auto is_up = cpu_budget(std::chrono::milliseconds{20});
  std::this_thread::sleep_for(std::chrono::milliseconds{40});
  EXPECT_FALSE(is_up());
  const Duration before = thread_cpu_time();
  while (!is_up()) {
  }
  EXPECT_LE(thread_cpu_time() - before, std::chrono::milliseconds{60});
}

}  // namespace
}  // namespace rota::base
