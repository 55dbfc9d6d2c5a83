// Days that somebody brings as an iCalendar file, over the command line or the API.
#pragma once

#include <string_view>

#include "calendar/parsed_days.h"
#include "rota/result.h"
#include "rota/time.h"

namespace rota::feeds {

/// Reading a calendar may take so much processor time, whether from a file or an address.
inline constexpr Duration kReadingCpuTime = std::chrono::seconds{1};

/// The days of the text, within kReadingCpuTime. Errors: those of calendar::parse_icalendar().
Result<calendar::ParsedDays> read_days_file(std::string_view text);

}  // namespace rota::feeds
