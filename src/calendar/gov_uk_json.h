// The bank holidays as gov.uk publishes them (https://www.gov.uk/bank-holidays.json): one object
// per division with a list of events. Whatever else the answer may be is a clear error.
#pragma once

#include <string_view>

#include "calendar/parsed_days.h"
#include "rota/result.h"

namespace rota::calendar {

/// `division` is a key of the object ("scotland"). "Substitute day" becomes part of the title.
/// Errors: kLimitExceeded (size, events), kInvalidArgument (not JSON, no such division, an event
/// without a date, a date before 1970 or after 2099); the message names the event.
Result<ParsedDays> parse_gov_uk_json(std::string_view text, std::string_view division);

}  // namespace rota::calendar
