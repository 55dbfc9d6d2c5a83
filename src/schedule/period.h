// How long a period is: calendar months and days, and elapsed time. The text forms are words
// ("1 hour 30 minutes"), compact ("1h30m"), ISO 8601 ("PT1H30M") and a bare number of seconds.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rota/result.h"
#include "schedule/slot_source.h"

namespace rota::schedule {

struct Period {
  std::int64_t months = 0;
  std::int64_t days = 0;
  Micros elapsed = 0;

  bool is_elapsed() const { return months == 0 && days == 0; }
  bool is_calendar() const { return elapsed == 0; }
};

/// `at` is the column of the text's first character, counted from 0.
/// Errors: kInvalidArgument with the column: nothing, zero, negative, fractions, unknown units.
Result<Period> parse_period(std::string_view text, std::size_t at);

/// "second", "mins", "h", "weeks" ...: the period of one such unit; nothing for other words.
std::optional<Period> period_unit(std::string_view word);

/// "5 minutes", "1 month and 2 days", "1 hour and 30 minutes".
std::string describe_period(const Period& period);

}  // namespace rota::schedule
