// Start and end of a schedule: slots before the start and at or after the end are left out.
#pragma once

#include <memory>

#include "schedule/slot_source.h"

namespace rota::schedule {

/// Slots in [starts_at, ends_at); kNever as the end means no end.
std::unique_ptr<SlotSource> make_bounds(std::unique_ptr<SlotSource> inner, Micros starts_at,
                                        Micros ends_at);

}  // namespace rota::schedule
