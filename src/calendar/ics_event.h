// One VEVENT as far as it can close a date: when it begins, how many days it lasts, how it repeats.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "calendar/ics_lines.h"
#include "rota/result.h"
#include "rota/time.h"

namespace rota::calendar {

struct IcsEvent {
  std::size_t line = 0;  ///< Of its BEGIN.
  std::string uid;
  std::string summary;
  std::optional<LocalDate> start;  ///< None: it has a time of day, or no beginning at all.
  std::optional<LocalDate> end;    ///< First day behind it.
  std::optional<int> days;         ///< Of DURATION.
  std::string rule;                ///< RRULE; empty: once.
  std::size_t rule_line = 0;
  std::vector<LocalDate> more;        ///< RDATE
  std::vector<LocalDate> except;      ///< EXDATE
  std::optional<LocalDate> replaces;  ///< RECURRENCE-ID
  bool cancelled = false;
  bool has_time = false;  ///< DTSTART with a time of day: closes no date.

  static constexpr int kDaysMax = 366;
  static constexpr std::size_t kDatesMax = 5'000;  // RDATE and EXDATE, each

  /// Days it lasts, 1 to kDaysMax. Errors: kInvalidArgument with the line.
  Result<int> length() const;
};

/// Takes one line of a VEVENT in; properties that say nothing about dates are passed over.
/// Errors: kInvalidArgument with the line.
Result<void> read_event_line(const IcsLine& line, IcsEvent& event);

}  // namespace rota::calendar
