// What became of a slot, from the row of its run: the one place that judges it.
#pragma once

#include <algorithm>

#include "base/time_math.h"
#include "rota/decision.h"

namespace rota::model {

/// Sets `verdict` and `late` from status, kind, slot and start.
constexpr void judge(Decision& decision) {
  if (decision.started_at) {
    decision.late = std::max(Duration{0}, base::between(decision.first_slot, *decision.started_at));
    decision.verdict = decision.late > kLateAfter ? Verdict::kRanLate : Verdict::kRan;
  } else if (!is_final(decision.status)) {
    decision.verdict = Verdict::kWaiting;
  } else if (decision.status == RunStatus::kSkipped || decision.status == RunStatus::kCancelled) {
    decision.verdict = is_missed(decision.kind) ? Verdict::kMissed : Verdict::kSkipped;
  }
}

}  // namespace rota::model
