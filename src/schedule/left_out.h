// Which dates' slots a skipping rule leaves out, one entry for each closed local date.
#pragma once

#include <vector>

#include "schedule/slot_source.h"
#include "schedule/working_dates.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// Adds the closed dates that have slots of `inner` in (after, limit], in order, until `out` holds
/// `most`.
void find_left_out(const SlotSource& inner, const Zone& zone, const WorkingDates& dates,
                   Micros after, Micros limit, std::size_t most, std::vector<SkippedSlots>& out);

}  // namespace rota::schedule
