// Relative dates, those of PHP that move forward: "tomorrow 09:00", "next friday noon", "monday
// next week", "first monday of next month", "5 weekdays". The text is applied again and again,
// first to the anchor, so each is a regular set of dates: every Friday, the first Monday of every
// month.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// Errors: kInvalidArgument with the column; also for texts that would stay where they are or go
/// back ("monday", "midnight", "1 day ago").
Result<std::unique_ptr<SlotSource>> make_relative(std::string_view text, std::size_t at,
                                                  Micros anchor, const ScheduleOptions& options,
                                                  const Zone& zone);

}  // namespace rota::schedule
