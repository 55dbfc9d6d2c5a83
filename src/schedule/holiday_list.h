// The simplest calendar: a weekend pattern and a list of dates with titles. Stores and feeds fill
// it; schedules only read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rota/schedule.h"

namespace rota::schedule {

struct Holiday {
  LocalDate date;
  std::string title;
};

/// Bit 0 is Sunday, bit 6 Saturday.
inline constexpr std::uint8_t kSaturdayAndSunday = 0b1000001;

/// Immutable, so thread-safe. A date given twice keeps its first title.
class HolidayList final : public WorkingCalendar {
 public:
  explicit HolidayList(const std::vector<Holiday>& holidays,
                       std::uint8_t weekend = kSaturdayAndSunday);

  bool is_working_day(LocalDate date) const override;
  /// The holiday's title, or the weekday's name; a holiday on a weekend says its title.
  std::string closed_because(LocalDate date) const override;

 private:
  const Holiday* find(LocalDate date) const;
  bool is_weekend(LocalDate date) const;

  std::vector<Holiday> holidays_;  // by date
  std::uint8_t weekend_;
};

/// "2026-12-25" to a date. Errors: kInvalidArgument with the column.
Result<LocalDate> parse_local_date(std::string_view text);

}  // namespace rota::schedule
