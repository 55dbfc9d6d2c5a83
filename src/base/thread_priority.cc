#include "base/thread_priority.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace rota::base {
namespace {

constexpr std::uint64_t kShortTurnNs = 100'000;  // the least that Linux grants

/// As sched_setattr(2) has it; the C library of Debian 12 does not declare it.
struct SchedulingAttributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime;
  std::uint64_t deadline;
  std::uint64_t period;
};

}  // namespace

void give_way(int nice) { (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice); }

void be_prompt() {
  // The kernel may otherwise add 50 microseconds to every timed wait.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  SchedulingAttributes wanted{};
  if (syscall(SYS_sched_getattr, 0, &wanted, sizeof wanted, 0) != 0) return;
  wanted.size = sizeof wanted;
  wanted.runtime = kShortTurnNs;
  (void)syscall(SYS_sched_setattr, 0, &wanted, 0);
}

}  // namespace rota::base
