// RRULE to dates, by libical behind a guard. libical can search for ever in rules of hours, minutes
// and seconds, so only days and longer reach it, and only within the years that a calendar knows.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "calendar/ics_event.h"

namespace rota::calendar {

/// Says that the time given to a text is up; asked between steps of at most half a second.
using TimeIsUp = std::function<bool()>;

/// The most dates that one rule may give: every day of 130 years would be 47,482.
inline constexpr std::size_t kRuleDatesMax = 20'000;

/// The dates on which the event begins, DTSTART and RDATE among them, EXDATE not; by date.
/// Errors: kInvalidArgument with the line (a rule below a day, one that gives no date, one that is
/// not understood), kLimitExceeded (dates, time).
Result<std::vector<LocalDate>> starts_of(const IcsEvent& event, const TimeIsUp& is_time_up);

}  // namespace rota::calendar
