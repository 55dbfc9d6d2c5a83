// The working-day rule as a decorator over any schedule: a slot whose local date is closed is left
// out, or moves to a working day at the same time of day; then every slot may move on by some
// working days.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

struct WorkingDayRule {
  NonWorkingDay on_closed = NonWorkingDay::kSkip;
  int offset = 0;  ///< In working days, after the move.
  DstOverlap overlap = DstOverlap::kFirst;

  /// Then there is nothing to decorate.
  bool changes_nothing() const { return on_closed == NonWorkingDay::kRun && offset == 0; }
};

/// `rule` changes something.
std::unique_ptr<SlotSource> make_working_days_trigger(
    std::unique_ptr<SlotSource> inner, const WorkingDayRule& rule, const Zone& zone,
    std::shared_ptr<const WorkingCalendar> calendar);

/// The two forms it takes: slots stay where they are or are left out; or they move.
std::unique_ptr<SlotSource> make_skip_closed(std::unique_ptr<SlotSource> inner, const Zone& zone,
                                             std::shared_ptr<const WorkingCalendar> calendar);
std::unique_ptr<SlotSource> make_move_days(std::unique_ptr<SlotSource> inner,
                                           const WorkingDayRule& rule, const Zone& zone,
                                           std::shared_ptr<const WorkingCalendar> calendar);

/// Says when every slot of the years to come is closed.
void never_open_pitfall(const SlotSource& decorated, const SlotSource& inner, Micros from,
                        std::vector<std::string>& hints);

}  // namespace rota::schedule
