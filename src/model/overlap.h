// What happens to a run whose time has come while another of its task still goes on. Only slots of
// the schedule are skipped or cancel others: what a person asked for, and a retry, waits its turn.
// A slot is skipped only when the other went on already at the slot's own moment: slots that come
// late, all together after an outage, wait for one another instead.
#pragma once

#include "rota/run.h"
#include "rota/task.h"

namespace rota::model {

enum class OverlapAction { kStart, kSkip, kWait, kCancelOthersAndWait };

/// How the other runs of the task stand beside the one that is due.
enum class Others { kNone, kSinceItsMoment, kAtItsMoment };

constexpr OverlapAction decide_overlap(Overlap policy, RunCause cause, Others others) {
  if (others == Others::kNone || policy == Overlap::kAllow) return OverlapAction::kStart;
  if (policy == Overlap::kCancelRunning) return OverlapAction::kCancelOthersAndWait;
  const bool is_slot = cause == RunCause::kSchedule || cause == RunCause::kCatchUp;
  const bool overlaps = is_slot && others == Others::kAtItsMoment;
  if (policy == Overlap::kSkip && overlaps) return OverlapAction::kSkip;
  return OverlapAction::kWait;
}

}  // namespace rota::model
