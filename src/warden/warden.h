// The warden: a small process, forked early from the server, that starts programs for it and
// outlives it just long enough to end them all. Forking from it is cheap however large the server
// is, and a server that is killed leaves nothing running.
#pragma once

#include "warden/lease_page.h"

namespace rota::warden {

/// Serves requests from `socket` until its other end closes, then kills every program it has
/// started and exits when the last is gone; what it was given to hold stays open until then. The
/// end of the lease ends the programs as well (each by its keeper), and the warden goes on. Runs in
/// a process of its own; all other file descriptors are closed.
[[noreturn]] void run_warden(int socket, const LeasePage& lease);

}  // namespace rota::warden
