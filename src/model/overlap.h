// What happens to a run whose time has come while another of its task still goes on. Only slots of
// the schedule are skipped or cancel others: what a person asked for, and a retry, waits its turn.
// A slot is skipped only when the other went on already at the slot's own moment: slots that come
// late, all together after an outage, wait for one another instead. With Overlap::kQueue slots wait
// up to a bound, backlog_max; what a task catches up on purpose (CatchUp::kAll) comes at the pace
// of its runs and is never left out.
#pragma once

#include <cstdint>

#include "rota/run.h"
#include "rota/task.h"

namespace rota::model {

enum class OverlapAction { kStart, kSkip, kLeaveOut, kWait, kCancelOthersAndWait };

/// How the other runs of the task stand beside the one that is due.
enum class Others { kNone, kSinceItsMoment, kAtItsMoment };

/// Whether it counts among the slots that wait.
constexpr bool is_slot(RunCause cause) {
  return cause == RunCause::kSchedule || cause == RunCause::kCatchUp;
}

/// Whether a slot that is due finds all places taken. `waiting`: slots of its task that wait.
constexpr bool is_backlog_full(const Task& task, RunCause cause, std::int64_t waiting) {
  return task.overlap == Overlap::kQueue && cause == RunCause::kSchedule &&
         waiting >= task.backlog_max;
}

constexpr OverlapAction decide_overlap(Overlap policy, RunCause cause, Others others) {
  if (others == Others::kNone || policy == Overlap::kAllow) return OverlapAction::kStart;
  if (policy == Overlap::kCancelRunning) return OverlapAction::kCancelOthersAndWait;
  const bool overlaps = is_slot(cause) && others == Others::kAtItsMoment;
  if (policy == Overlap::kSkip && overlaps) return OverlapAction::kSkip;
  return OverlapAction::kWait;
}

}  // namespace rota::model
