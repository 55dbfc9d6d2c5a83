// Cron as a source of slots.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/cron_parse.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

struct CronSource {
  std::string_view text;
  std::size_t at = 0;  ///< Where it starts in the whole text.
  const std::shared_ptr<const WorkingCalendar>& calendar;
  int budget = 0;  ///< What one search may look at in the calendar.
};

struct ParsedCron {
  std::unique_ptr<SlotSource> source;
  bool uses_calendar = false;  ///< It counts working days: 1WD, LWD.
};

/// Errors: those of parse_cron().
Result<ParsedCron> make_cron(const CronSource& source, const ScheduleOptions& options,
                             const Zone& zone);

}  // namespace rota::schedule
