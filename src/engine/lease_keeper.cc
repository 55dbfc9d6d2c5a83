#include "engine/lease_keeper.h"

#include <algorithm>

#include "base/time_math.h"

namespace rota::engine {
namespace {

constexpr Duration kRetry = std::chrono::milliseconds{250};
/// From here on sleeps are aimed anew, and from there on people are told.
constexpr Duration kTimeMoved = std::chrono::microseconds{50};
constexpr Duration kTimeWasSet = std::chrono::seconds{1};

}  // namespace

void LeaseKeeper::accept(const store::Lease& lease, SteadyTime sent) {
  const bool stood = core_.session.may_start();
  const Duration offset = core_.time.offset();
  core_.time.learn(sent, lease.database_now, core_.clock.steady_now());
  core_.session.set(lease.node_id,
                    base::later(sent, core_.options.lease - core_.options.lease_margin));
  if (failing_) core_.logger.info(kLogChannel, "the lease is renewed again");
  failing_ = false;
  const Duration moved = std::chrono::abs(core_.time.offset() - offset);
  if (moved > kTimeWasSet) {
    core_.logger.warning(kLogChannel, "the clock was set: due times are worked out anew",
                         {{"moved_ms", moved.count() / 1000}});
    if (core_.time.offset() < offset) doubt_clock();
  }
  if (!stood || moved > kTimeMoved) signals_.on_changed();
}

Result<void> LeaseKeeper::open() {
  const SteadyTime sent = core_.clock.steady_now();
  auto lease = core_.store.open_node(info_, core_.options.lease);
  if (!lease) return fail(std::move(lease.error()));
  accept(*lease, sent);
  look_back();
  return {};
}

/// From the last heartbeat of any other session until now nobody was there, unless one still is.
void LeaseKeeper::look_back() {
  const auto nodes = core_.store.list_nodes();
  if (!nodes) return;
  const Instant now = core_.time.now();
  Instant seen{};
  bool ahead = false;
  for (const store::NodeView& node : *nodes) {
    if (node.id == core_.session.node()) continue;
    const Instant heartbeat = base::earlier(node.lease_until, core_.options.lease);
    // Only a clock that was ahead of this one can have written that.
    ahead |= heartbeat > base::later(now, kTimeWasSet);
    const bool lives = node.status != "dead" && node.lease_until > now;
    seen = std::max(seen, lives ? now : heartbeat);
  }
  if (ahead) doubt_clock();
  if (seen == Instant{} || seen >= now) return;
  core_.set_outage(model::Outage{std::chrono::floor<std::chrono::seconds>(seen),
                                 std::chrono::ceil<std::chrono::seconds>(now)});
}

void LeaseKeeper::doubt_clock() {
  core_.clock_doubted = true;
  if (signals_.on_clock_doubted) signals_.on_clock_doubted();
}

SteadyTime LeaseKeeper::run_once() {
  if (core_.session.is_open()) return renew();
  if (const auto opened = open(); !opened) {
    if (!failing_) core_.complain("no session can be opened; trying again", opened.error());
    failing_ = true;
    return core_.clock.steady_now() + kRetry;
  }
  core_.logger.info(kLogChannel, "a new session is open", {{"node", core_.session.node().value}});
  return base::later(core_.clock.steady_now(), core_.options.heartbeat);
}

SteadyTime LeaseKeeper::renew() {
  const SteadyTime sent = core_.clock.steady_now();
  const auto lease = core_.store.renew_lease(core_.session.node(), core_.options.lease);
  if (lease) {
    accept(*lease, sent);
    return base::later(sent, core_.options.heartbeat);
  }
  if (lease.error().code == ErrorCode::kStale) {
    lose();
    return SteadyTime::min();
  }
  if (!failing_) core_.complain("the lease could not be renewed; trying again", lease.error());
  failing_ = true;
  return core_.clock.steady_now() + kRetry;
}

void LeaseKeeper::lose() {
  core_.logger.warning(kLogChannel, "this session was declared dead: dropping what it held",
                       {{"node", core_.session.node().value}});
  core_.session.clear();
  if (signals_.on_lost) signals_.on_lost();
}

void LeaseKeeper::renew_once() {
  if (core_.session.is_open())
    (void)core_.store.renew_lease(core_.session.node(), core_.options.lease);
}

void LeaseKeeper::close() {
  if (!core_.session.is_open()) return;
  const auto closed = core_.store.close_node(core_.session.node());
  if (!closed) core_.complain("the session could not be closed", closed.error());
  core_.session.clear();
}

}  // namespace rota::engine
