// Each program has a keeper: a process between it and the warden that is the reaper of the whole
// tree, so that the tree can be found and ended whatever it does (double fork, setsid, daemons). It
// ends the tree by itself when the server dies or its lease ends, and is gone only when the last of
// the tree is: until then it keeps open what it inherited from the warden, the database's lock.
#pragma once

#include <sys/types.h>

#include <csignal>

#include "warden/lease_page.h"
#include "warden/wire.h"

namespace rota::warden {

/// Signals a keeper understands beside SIGCHLD: end the tree with the grace that comes as the
/// signal's value; look at the lease; kill the tree at once (also sent by the kernel when the
/// warden dies).
inline constexpr int kStopSignal = SIGUSR1;
inline constexpr int kLookSignal = SIGUSR2;
inline constexpr int kKillSignal = SIGTERM;

/// What a keeper has from its warden.
struct KeeperPlace {
  int socket = -1;  ///< To the server: news go there, and its end is the server's.
  pid_t warden = 0;
  int nice = 0;  ///< Of programs.
  const LeasePage* lease = nullptr;
};

/// Starts the program, waits until it and all its descendants are gone, sends an EndMessage and
/// exits with 0. Wipes the environment as soon as the program has it. Runs in a process of its own,
/// forked by the warden.
[[noreturn]] void run_keeper(StartMessage& start, const StandardFds& fds, const KeeperPlace& place);

}  // namespace rota::warden
