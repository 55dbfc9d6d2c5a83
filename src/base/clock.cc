#include "rota/clock.h"

#include <ctime>

namespace rota {
namespace {

Duration read_clock(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds{ts.tv_sec} +
                                              std::chrono::nanoseconds{ts.tv_nsec});
}

}  // namespace

Instant SystemClock::now() const { return Instant{read_clock(CLOCK_REALTIME)}; }
SteadyTime SystemClock::steady_now() const { return SteadyTime{read_clock(CLOCK_BOOTTIME)}; }

}  // namespace rota
