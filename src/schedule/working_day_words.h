// The words of payroll: "WD1", "WD-1", "WD3 09:30", "first working day of the month 09:30", "3
// working days before the 25th 17:00", "every working day at 09:00". Working days are those of the
// task's calendar. Without a time they mean midnight.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

struct WorkingDayText {
  std::string_view text;
  std::size_t at = 0;  ///< Where it starts in the whole text.
  std::shared_ptr<const WorkingCalendar> calendar;
  int budget = 0;  ///< What one search may look at.
};

/// Errors: kInvalidArgument with the column and what was expected there.
Result<std::unique_ptr<SlotSource>> make_working_day(const WorkingDayText& text,
                                                     const ScheduleOptions& options,
                                                     const Zone& zone);

/// "wd3", "WD-1", "3wd", "LWD", "LWD-2": which working day of the month; 0 for "WD0" and for
/// numbers that are too large; nothing for other words.
std::optional<int> compact_working_day(std::string_view word);

/// "working", "business", "workday" and the like.
bool is_working_day_word(std::string_view word);

}  // namespace rota::schedule
