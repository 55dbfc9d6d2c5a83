// The last moments before a program is itself: limits, user, folder, file descriptors, exec.
#pragma once

#include "warden/lease_page.h"
#include "warden/wire.h"

namespace rota::warden {

/// What kept a program from starting.
struct StartFailure {
  StartStep step = StartStep::kNone;
  std::int32_t error = 0;
};

/// Asked at the last moment: whether the program may still begin.
struct LastCheck {
  pid_t keeper = 0;  ///< Must still be the parent: who dies before asks for no signal any more.
  const LeasePage* lease = nullptr;
  bool may_begin() const;
};

/// Becomes the program. On failure writes a StartFailure to `report_fd` and exits; a report_fd that
/// closes without one means that the program runs. `own_folder`: its temporary folder; empty: none.
/// For a forked child of a process without threads.
[[noreturn]] void become_program(const StartMessage& start, const StandardFds& fds, int report_fd,
                                 const LastCheck& check, const std::string& own_folder);

}  // namespace rota::warden
