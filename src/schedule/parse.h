// From a text to the source of its slots, before any decorator.
#pragma once

#include <memory>
#include <string_view>

#include "rota/schedule.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

struct ParsedSchedule {
  std::unique_ptr<SlotSource> source;
  ScheduleFormat format = ScheduleFormat::kUnknown;
  bool counts_from_finish = false;
  bool runs_at_start = false;
  bool uses_calendar = false;  ///< Counts working days by itself: WD1, 1WD in cron.
};

/// `calendar` is there always. Errors: kInvalidArgument with the column and what was expected
/// there.
Result<ParsedSchedule> parse_schedule(std::string_view text, const ScheduleOptions& options,
                                      const std::shared_ptr<const WorkingCalendar>& calendar,
                                      const Zone& zone);

}  // namespace rota::schedule
