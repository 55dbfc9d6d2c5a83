// Cron as a source of slots.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/cron_parse.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// Errors: those of parse_cron().
Result<std::unique_ptr<SlotSource>> make_cron(std::string_view text, std::size_t at,
                                              const ScheduleOptions& options, const Zone& zone);

}  // namespace rota::schedule
