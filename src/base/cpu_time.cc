#include "base/cpu_time.h"

#include <ctime>

namespace rota::base {

Duration thread_cpu_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds{used.tv_sec} +
                                              std::chrono::nanoseconds{used.tv_nsec});
}

std::function<bool()> cpu_budget(Duration budget) {
  return [until = thread_cpu_time() + budget] { return thread_cpu_time() >= until; };
}

}  // namespace rota::base
