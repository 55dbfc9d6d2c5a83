// A Decision says what became of one due slot of a task, or of several that went the same way: it
// ran, ran late, was skipped, was missed, or still waits. Nothing is ever silently not run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rota/run.h"
#include "rota/task.h"
#include "rota/time.h"

namespace rota {

/// A run that starts later than this after its slot ran late.
inline constexpr Duration kLateAfter = std::chrono::seconds{1};

enum class Verdict {
  kRan,      ///< It began in time, whatever came of it: `status` tells.
  kRanLate,  ///< It began more than kLateAfter after its slot.
  kSkipped,  ///< A rule, a pause or an overlap took it away.
  kMissed,   ///< Nobody was there to run it in time.
  kWaiting,  ///< Due, but not begun yet.
};

struct Decision {
  TaskId task_id;
  Instant first_slot{};
  Instant last_slot{};     ///< Of a single slot: the same.
  std::int64_t slots = 1;  ///< More than one: a closed day of a schedule that runs often.
  Verdict verdict = Verdict::kRan;
  SkipKind kind = SkipKind::kNone;  ///< Of kSkipped and kMissed.
  std::string reason;  ///< "Easter Monday", "missed: no server ran from ... to ...", "paused ...".
  std::optional<RunId> run_id;             ///< None: it never became a run.
  RunStatus status = RunStatus::kSkipped;  ///< Of that run.
  std::optional<Instant> started_at;
  Duration late{0};  ///< Start minus slot, never negative; 0 when it has not begun.
  std::optional<std::int64_t> duration_ms;
  std::optional<RunId> made_up_by;                 ///< The run that made up for it.
  RunStatus made_up_status = RunStatus::kSkipped;  ///< Of that run.
};

/// Which decisions, newest slot first, and which page of them.
struct DecisionQuery {
  std::optional<TaskId> task_id;
  std::optional<Instant> from;   ///< Slots from here on.
  std::optional<Instant> until;  ///< Slots before this.
  bool unrun_only = false;       ///< Only kSkipped and kMissed.
  std::size_t limit = 50;        ///< 1 to 1,000.
  std::string cursor;            ///< From the page before; empty: the first page.
};

}  // namespace rota
