// Periods as sources of slots: elapsed time, calendar steps, and periods that count from the end of
// the last run.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/period.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// A grid of `period` from the anchor; the anchor itself is its first point.
std::unique_ptr<SlotSource> make_periodic(const Period& period, Micros anchor,
                                          const ScheduleOptions& options, const Zone& zone);

/// "5 minutes after finish": each slot lies one period after the moment that is asked about.
std::unique_ptr<SlotSource> make_after_finish(const Period& period, const Zone& zone);

/// The text without a closing "after finish"; nothing when it does not close so.
std::optional<std::string_view> without_after_finish(std::string_view text);

}  // namespace rota::schedule
