// Keeps this node's lease: a heartbeat each second, which also tells the database's time. When the
// session was declared dead, everything it held is dropped and a new one is opened.
#pragma once

#include <functional>
#include <string>

#include "engine/core.h"

namespace rota::engine {

class LeaseKeeper {
 public:
  struct Signals {
    std::function<void()> on_lost;     ///< Drop what is held: its runs belong to others now.
    std::function<void()> on_changed;  ///< Work may start again, or the time was set.
    std::function<void()> on_clock_doubted = {};  ///< It may have been set back.
  };
  LeaseKeeper(Core& core, store::NodeInfo info, Signals signals)
      : core_(core), info_(std::move(info)), signals_(std::move(signals)) {}

  /// Opens the first session; the store's error when it cannot be had.
  Result<void> open();
  /// One heartbeat; returns when the next is due.
  SteadyTime run_once();
  /// A last heartbeat, so that it is known later until when somebody was there.
  void renew_once();
  /// Ends the session, so that nobody has to wait for it to expire.
  void close();

 private:
  SteadyTime renew();
  void look_back();
  void doubt_clock();
  void lose();
  void accept(const store::Lease& lease, SteadyTime sent);

  Core& core_;
  const store::NodeInfo info_;
  const Signals signals_;
  bool failing_ = false;
};

}  // namespace rota::engine
