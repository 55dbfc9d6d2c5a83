// Each program has a keeper: a process between it and the warden that is the reaper of the whole
// tree, so that the tree can be found and ended whatever it does (double fork, setsid, daemons).
#pragma once

#include <sys/types.h>

#include <csignal>

#include "warden/wire.h"

namespace rota::warden {

/// Signals a keeper understands beside SIGCHLD: end the tree with the grace that comes as the
/// signal's value, or kill it at once (also sent by the kernel when the warden dies).
inline constexpr int kStopSignal = SIGUSR1;
inline constexpr int kKillSignal = SIGTERM;

/// Starts the program, waits until it and all its descendants are gone, sends an EndMessage to
/// `socket` and exits with 0. Wipes the environment as soon as the program has it. Runs in a
/// process of its own, forked by `warden`.
[[noreturn]] void run_keeper(StartMessage& start, const StandardFds& fds, int socket, pid_t warden);

}  // namespace rota::warden
