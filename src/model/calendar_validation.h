// What a calendar, its days and its feed must be before they are stored. All wrong fields are named
// at once; the database's CHECK constraints hold the same bounds for SQL writers.
#pragma once

#include <span>

#include "rota/calendar.h"
#include "rota/result.h"

namespace rota::model {

/// First and last date that a calendar may name.
inline constexpr LocalDate kCalendarFirst{std::chrono::days{0}};      // 1970-01-01
inline constexpr LocalDate kCalendarLast{std::chrono::days{84'005}};  // 2199-12-31

/// kInvalidArgument with one FieldError per wrong field.
Result<void> validate_calendar(const Calendar& calendar);
/// kInvalidArgument naming the first wrong day; kLimitExceeded beyond kHolidaysMax.
Result<void> validate_holidays(std::span<const Holiday> holidays);
Result<void> validate_feed(const CalendarFeed& feed);

/// "2026-12-25".
std::string format_date(LocalDate date);

}  // namespace rota::model
