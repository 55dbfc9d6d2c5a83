// The working-day rule as a decorator over any schedule: a slot whose local date is closed is left
// out, or moves to a working day at the same time of day.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/slot_source.h"
#include "schedule/working_dates.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// `move` is not kRun: then there is nothing to decorate.
std::unique_ptr<SlotSource> make_working_days_trigger(
    std::unique_ptr<SlotSource> inner, NonWorkingDay move, DstOverlap overlap, const Zone& zone,
    std::shared_ptr<const WorkingCalendar> calendar);

}  // namespace rota::schedule
