// "at 2026-12-01 09:00": one local time, once. With an offset ("...+01:00", "...Z") one instant.
#pragma once

#include <memory>

#include "rota/schedule.h"
#include "schedule/slot_source.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// `text` starts with the word "at". Errors: kInvalidArgument with the column.
Result<std::unique_ptr<SlotSource>> make_one_shot(std::string_view text, std::size_t at,
                                                  const ScheduleOptions& options, const Zone& zone);

}  // namespace rota::schedule
