// This node's session as the other parts see it: its id, and until when work may still be started.
#pragma once

#include <atomic>

#include "rota/clock.h"
#include "rota/task.h"

namespace rota::engine {

/// Thread rule: any thread; set by the lease keeper only.
class Session {
 public:
  explicit Session(const Clock& clock) : clock_(clock) {}

  /// Not set while there is no session.
  NodeId node() const { return NodeId{node_.load()}; }
  bool is_open() const { return node().is_set(); }
  /// Whether the lease certainly still stands: counted from when the last heartbeat was sent.
  bool may_start() const {
    return is_open() && !held_back_.load() &&
           clock_.steady_now().time_since_epoch().count() < trusted_until_us_.load();
  }

  void set(NodeId node, SteadyTime trusted_until) {
    trusted_until_us_ = trusted_until.time_since_epoch().count();
    node_ = node.value;
  }
  /// While true nothing is claimed or started, whatever the lease says.
  void hold_back(bool wanted) { held_back_ = wanted; }
  void clear() { node_ = 0; }
  /// Somebody was told that the session is stale: ask at the next heartbeat, start nothing before.
  void doubt() { trusted_until_us_ = 0; }

 private:
  const Clock& clock_;
  std::atomic<std::int64_t> node_{0};
  std::atomic<std::int64_t> trusted_until_us_{0};
  std::atomic<bool> held_back_{false};
};

}  // namespace rota::engine
