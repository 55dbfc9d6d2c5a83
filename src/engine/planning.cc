#include "engine/planning.h"

#include <algorithm>

#include "base/time_math.h"

namespace rota::engine {
namespace {

constexpr Duration kRetry = std::chrono::milliseconds{200};
constexpr Duration kLookElsewhere = std::chrono::milliseconds{250};

}  // namespace

Planning::Planning(Core& core, Executor& executor, std::function<void()> on_claimed)
    : core_(core),
      executor_(executor),
      changes_(core),
      claimer_(core, std::move(on_claimed)),
      service_(core.clock, [this] { return run_once(); }) {}

void Planning::note_change() {
  changed_ = true;
  service_.wake();
}

void Planning::note_due(Instant at) {
  service_.wake_by(core_.time.steady_of(base::earlier(at, core_.options.look_ahead)));
}

SteadyTime Planning::run_once() {
  const SteadyTime now = core_.clock.steady_now();
  SteadyTime next = base::Service::kNever;
  if (changed_.exchange(false) || now >= poll_at_) {
    poll_at_ = base::later(now, core_.options.poll);
    const auto outcome = changes_.run_once();
    if (outcome.more || outcome.failed) {
      changed_ = true;
      next = outcome.more ? now : now + kRetry;
    }
  }
  next = std::min({next, claimer_.run_once(), poll_at_});
  look_elsewhere();
  if (!core_.held.blocked_elsewhere().empty()) next = std::min(next, now + kLookElsewhere);
  return next;
}

/// Runs that wait for an earlier one on another node: is that one over?
void Planning::look_elsewhere() {
  for (const HeldPair& pair : core_.held.blocked_elsewhere()) {
    const RunId other = *pair.held->elsewhere;
    const auto run = core_.store.load_run(other);
    if (!run && run.error().code != ErrorCode::kNotFound) return;
    const bool goes_on =
        run && (run->status == RunStatus::kRunning || run->status == RunStatus::kClaimed) &&
        run->node_id != core_.session.node();
    if (goes_on) continue;
    if (const auto ready = core_.held.cleared_elsewhere(pair.held)) executor_.unblock(*ready);
  }
}

}  // namespace rota::engine
