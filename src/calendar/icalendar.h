// iCalendar files and addresses (.ics, RFC 5545) to closed dates: the all-day events of any country
// or company. Everything about such a text may be hostile.
#pragma once

#include <string_view>

#include "calendar/ics_recurrence.h"
#include "calendar/parsed_days.h"
#include "rota/result.h"

namespace rota::calendar {

inline constexpr std::size_t kEventsMax = 20'000;
inline constexpr std::size_t kRulesMax = 1'000;

/// Every all-day event, each day of it, each repetition from 1970 to 2099. Events with a time of
/// day and cancelled ones are left out with a note. `is_time_up` may be none: bounded by counts
/// alone (events, rules, dates). Errors: kLimitExceeded, kInvalidArgument with the line.
Result<ParsedDays> parse_icalendar(std::string_view text, const TimeIsUp& is_time_up = {});

}  // namespace rota::calendar
