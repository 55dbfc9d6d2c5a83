// Days that somebody brings as an iCalendar file, over the command line or the API.
#pragma once

#include <string_view>

#include "calendar/parsed_days.h"
#include "rota/clock.h"
#include "rota/result.h"

namespace rota::feeds {

/// Working out the rules of a file may take so long.
inline constexpr Duration kFileReadingTime = std::chrono::seconds{10};

/// The days of the text, within kFileReadingTime. Errors: those of calendar::parse_icalendar().
Result<calendar::ParsedDays> read_days_file(std::string_view text, const Clock& clock);

}  // namespace rota::feeds
