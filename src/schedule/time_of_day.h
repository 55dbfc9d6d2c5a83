// Times of day as people write them: 09:00, 9:30pm, 9am, noon, midnight.
#pragma once

#include <optional>

#include "rota/result.h"
#include "schedule/slot_source.h"
#include "schedule/words.h"

namespace rota::schedule {

/// Nothing when the word does not look like a time of day at all; an error when it looks like one
/// but is none ("25:00"). The value counts from midnight.
std::optional<Result<Micros>> parse_time_of_day(Word word);

}  // namespace rota::schedule
