// Time is an argument. Three kinds are kept apart: an Instant on the UTC time line, a SteadyTime
// that only measures what has elapsed, and the local (civil) dates that std::chrono's local_days
// names. Nothing in this header reads a clock.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota {

/// Elapsed time. Everything inside Rota counts in microseconds.
using Duration = std::chrono::microseconds;

/// A moment in UTC, microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// A reading of a clock that is never set; comparable only with others of the same Clock.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

/// A date on somebody's wall calendar, without a zone.
using LocalDate = std::chrono::local_days;

/// A date and time on somebody's wall, without a zone, to the second.
using LocalTime = std::chrono::local_seconds;

/// Schedules are searched from 1970 up to the last second of this year, then they end.
inline constexpr int kLastYear = 2199;

/// What "paused until somebody resumes it" is stored as: 9999-12-31T23:59:59Z.
inline constexpr Instant kForever{std::chrono::seconds{253402300799}};

/// RFC 3339 in UTC: "2026-11-23T09:30:00Z"; with a fraction only where there is one.
std::string format_utc(Instant at);

/// RFC 3339 with any offset ("2026-11-23T09:30:00+01:00", "2026-11-23 09:30:00Z", up to
/// microseconds). Errors: kInvalidArgument with the column.
Result<Instant> parse_instant(std::string_view text);

/// "1 h 30 min", "250 ms", "0 ms": for people, two units at most.
std::string format_duration(Duration elapsed);

}  // namespace rota
