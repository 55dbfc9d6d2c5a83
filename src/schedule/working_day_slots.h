// Local times on counted working days of a calendar: the nth of a week, month, quarter or year, or
// so many before or after a day of the month.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schedule/clock_notes.h"
#include "schedule/working_dates.h"

namespace rota::schedule {

struct WorkingDaySlots {
  enum class Kind { kEvery, kNth, kFromDay };
  enum class Period { kWeek, kMonth, kQuarter, kYear };

  Kind kind = Kind::kEvery;
  Period period = Period::kMonth;  ///< For kNth.
  int nth = 1;                     ///< For kNth: 1 is the first, -1 the last.
  unsigned of_month = 0;           ///< For kFromDay: 1 to 31; 0 is the last day of the month.
  int shift = 0;                   ///< For kFromDay: working days after it, or before if negative.
  bool or_after = false;           ///< For a shift of 0: on it or after; else on it or before.
  std::uint16_t months = 0x1ffe;   ///< Bit 1 to 12: months that count.
  std::int64_t first_month = 0;    ///< Months since year 0 of the first that counts.
  Micros time_of_day = 0;
  std::string words;
  std::shared_ptr<const WorkingCalendar> calendar;
  const Zone* zone = nullptr;
  int budget = SearchBudget::kWhole;  ///< What one search may look at.

  Micros next_local(Micros from, Micros until) const;
  Micros not_before() const { return 0; }
  int weight() const { return kind == Kind::kEvery ? 60 : 600; }
  std::string describe() const { return words; }
  void explain_date(Day date, std::vector<std::string>& notes) const;
  void pitfalls(const Zone& of_zone, ClockChangeRule rule, Micros from,
                std::vector<std::string>& hints) const;

 private:
  struct Dates {
    Day first;
    Day behind;
  };

  Micros next_every(Day from) const;
  Micros next_nth(Day from, Micros until) const;
  Micros next_from_day(Day from, Micros until) const;
  Dates period_of(Day date) const;
  bool counts(Day first_of_period) const;
  std::optional<Day> nth_within(const WorkingDates& dates, Dates range, SearchBudget& left) const;
  std::optional<Day> beside(const WorkingDates& dates, Day reference, SearchBudget& left) const;
  Day earliest_reference(const WorkingDates& dates, Day from, SearchBudget& left) const;
  Day reference_in(std::int64_t month) const;
};

/// Adds "closed before it: 2027-01-01 New Year's Day, ..." for the closed dates of [first, behind).
void note_closed_dates(const WorkingDates& dates, Day first, Day behind, std::string_view where,
                       std::string& note);

}  // namespace rota::schedule
