#include "engine/firing.h"

namespace rota::engine {
namespace {

/// Runs handed over at once; in between, later ones get a look at the clock.
constexpr std::size_t kBatch = 256;
constexpr Duration kNoLeaseWait = std::chrono::milliseconds{100};

}  // namespace

SteadyTime Firing::run_once() {
  for (;;) {
    const auto next = core_.held.next_due();
    if (!next) return base::Service::kNever;
    const Instant now = core_.time.now();
    if (*next > now) return core_.time.steady_of(*next);
    if (core_.draining || !core_.session.may_start()) {
      return core_.clock.steady_now() + kNoLeaseWait;
    }
    executor_.submit(core_.held.take_due(now, kBatch));
  }
}

}  // namespace rota::engine
