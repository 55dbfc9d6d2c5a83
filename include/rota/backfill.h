// Making up for slots that did not run: which of a stretch of time are missing, and runs for them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rota/run.h"
#include "rota/task.h"
#include "rota/time.h"

namespace rota {

/// More slots than this in one backfill are refused: take a shorter stretch.
inline constexpr std::size_t kBackfillMax = 10'000;

struct Backfill {
  TaskId task_id;
  Instant from{};   ///< Slots from here ...
  Instant until{};  ///< ... up to and including this; what has not come yet is left out.
  /// Only slots for which nothing ran to its end: skipped, missed, lost, cancelled, or no trace.
  bool missing_only = false;
  /// One begins this long after the other at the soonest, and regular work goes first.
  Duration pace = std::chrono::seconds{1};
};

/// One slot of the stretch, and what is to become of it.
struct BackfillSlot {
  Instant slot{};
  std::string stands;              ///< What became of it: "succeeded", "skipped: paused", "no run".
  std::optional<RunId> known_run;  ///< The run that says so.
  bool runs = false;               ///< It is to be run.
};

}  // namespace rota
