// Programs whose warden and keeper were both killed (kill -9 of everything called rota): the kernel
// ends the program itself, but its children go on, and nobody is left to hold them. Each program
// and what it starts carries a mark in its environment, by which the next server finds them.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "rota/time.h"

namespace rota::warden {

/// The variable, as "NAME=value", for programs of a warden that holds this file open; empty when
/// the descriptor is none.
std::string mark_of(int held_fd);

/// Processes that have the mark, as far as this one may look; not this one itself.
std::vector<pid_t> find_marked(const std::string& mark);

/// Kills them until none is left; returns those that were found. False in `gone`: not within
/// `most`.
struct Ended {
  std::vector<pid_t> pids;
  bool gone = true;
};
Ended end_marked(const std::string& mark, Duration most);

}  // namespace rota::warden
