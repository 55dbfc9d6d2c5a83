// What happens to a run whose time has come while another of its task still goes on. Only slots of
// the schedule are skipped or cancel others: what a person asked for, and a retry, waits its turn.
#pragma once

#include "rota/run.h"
#include "rota/task.h"

namespace rota::model {

enum class OverlapAction { kStart, kSkip, kWait, kCancelOthersAndWait };

constexpr OverlapAction decide_overlap(Overlap policy, RunCause cause, bool another_goes_on) {
  if (!another_goes_on || policy == Overlap::kAllow) return OverlapAction::kStart;
  if (policy == Overlap::kCancelRunning) return OverlapAction::kCancelOthersAndWait;
  const bool is_slot = cause == RunCause::kSchedule || cause == RunCause::kCatchUp;
  if (policy == Overlap::kSkip && is_slot) return OverlapAction::kSkip;
  return OverlapAction::kWait;
}

}  // namespace rota::model
