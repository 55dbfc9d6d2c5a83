// The decisions on slots that a working-day rule leaves out: they are written down when planning
// passes over them, since they never become runs.
#pragma once

#include <vector>

#include "rota/schedule.h"
#include "store/store.h"

namespace rota::engine {

/// The closed dates strictly between two moments, each with its slots and its reason.
inline std::vector<store::SkippedRange> left_out(const Schedule& schedule, Instant after,
                                                 Instant before) {
  std::vector<store::SkippedRange> ranges;
  for (SkippedSlots& date : schedule.skipped_between(after, before)) {
    ranges.push_back(
        {date.first, date.last, date.slots, SkipKind::kClosedDay, std::move(date.reason)});
  }
  return ranges;
}

}  // namespace rota::engine
