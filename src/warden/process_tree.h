// All descendants of a process, read from /proc. With PR_SET_CHILD_SUBREAPER set, a descendant that
// daemonises becomes a child of the caller and stays in the tree; process groups would lose it.
#pragma once

#include <sys/types.h>

#include <vector>

namespace rota::warden {

/// Direct children, of all its threads.
std::vector<pid_t> children_of(pid_t parent);

/// Children, their children, and so on; not `root` itself.
std::vector<pid_t> descendants_of(pid_t root);

/// Sends a signal to every descendant.
void signal_tree(pid_t root, int signal);

/// Kills every descendant; stops them all first, so that none forks away meanwhile.
void kill_tree(pid_t root);

}  // namespace rota::warden
