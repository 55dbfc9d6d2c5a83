// "RRULE:FREQ=MONTHLY;BYDAY=1MO": recurrence rules of RFC 5545, of a day and longer, in the task's
// zone. In front may stand where it begins: "DTSTART:20260105T090000".
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

struct RruleText {
  std::string_view text;
  std::size_t at = 0;  ///< Where it starts in the whole text.
  int budget = 0;      ///< What one search may look at.
};

/// Errors: kInvalidArgument with the column; also for rules that name no date up to the end of the
/// search, unless the options accept impossible dates; kLimitExceeded for a COUNT too far away.
Result<std::unique_ptr<SlotSource>> make_rrule(const RruleText& text,
                                               const ScheduleOptions& options, const Zone& zone);

/// Whether a text means to be one: it starts with RRULE, DTSTART or FREQ=.
bool is_rrule(std::string_view text);

}  // namespace rota::schedule
