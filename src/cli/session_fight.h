// Whether two servers fight over one database: each declares the other dead and is declared dead.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

namespace rota::cli {

struct SessionFight {
  std::string one;  ///< "process 812 on host a".
  std::string other;
  int turns = 0;  ///< Sessions opened by turns within the last hour.
};

/// A server opens a second session only after it was declared dead. So a process that opens one
/// after another process has opened its own has lost to that one; when that repeats, both live.
std::optional<SessionFight> find_session_fight(std::vector<store::NodeView> nodes, Instant now);

}  // namespace rota::cli
