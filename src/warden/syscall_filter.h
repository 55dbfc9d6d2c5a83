// The system calls that a sandboxed program does without: looking into other processes, changing
// the kernel, its mounts, keys and clocks, and what has let programs out of sandboxes before.
#pragma once

namespace rota::warden {

/// Whether this kernel filters calls.
bool can_filter_calls();

/// From now on these calls fail with EPERM in this process and all it starts; with `no_truncate`
/// truncate() by path too. Needs no_new_privs. False: errno says why.
bool filter_calls(bool no_truncate);

}  // namespace rota::warden
