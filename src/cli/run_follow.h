// Watching one run until it ends: its output as it comes.
#pragma once

#include <optional>

#include "cli/commands.h"

namespace rota::cli {

struct FollowOptions {
  bool raw = false;                  ///< Bytes as they came, else escaped.
  std::optional<Duration> patience;  ///< kTimeout after so long; none: for ever.
  bool follow = true;                ///< False: prints what is there and returns.
};

/// Prints a run's output to standard output (its standard error to standard error) and returns the
/// run as it then is. Looks again every 50 ms: it is usually another process that writes.
Result<Run> follow_run(Scheduler& scheduler, RunId id, const FollowOptions& options,
                       const Context& context);

}  // namespace rota::cli
