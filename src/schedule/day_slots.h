// Two sets of local times that relative dates need beside the plain grid: a certain day of every
// so-many months, and steps of so-many weekdays.
#pragma once

#include <string>
#include <vector>

#include "schedule/civil.h"
#include "schedule/clock_notes.h"

namespace rota::schedule {

/// "first monday of next month": months after the anchor's, each with its nth or last such day.
struct MonthDaySlots {
  enum class Kind { kDay, kWeekday, kMondayToFriday };

  std::int64_t first_month = 0;  ///< Months since year 0 of the first month that counts.
  std::int64_t step = 1;         ///< Months from one to the next.
  Kind kind = Kind::kDay;
  int nth = 1;           ///< 1 is the first; -1 the last.
  unsigned weekday = 0;  ///< For kWeekday; 0 is Sunday.
  Micros time_of_day = 0;
  Micros earliest = 0;
  std::string words;

  Micros next_local(Micros from, Micros until) const;
  Micros not_before() const { return earliest; }
  int weight() const { return 40; }
  std::string describe() const { return words; }
  void pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                std::vector<std::string>& hints) const;
};

/// "5 weekdays": Monday to Friday are counted, whatever the calendar's holidays are.
struct WeekdayStepSlots {
  std::int64_t base = 0;  ///< The weekday_number() of the anchor's date.
  std::int64_t step = 1;
  std::int64_t least = 1;
  Micros time_of_day = 0;
  Micros earliest = 0;
  std::string words;

  Micros next_local(Micros from, Micros until) const;
  Micros not_before() const { return earliest; }
  int weight() const { return 40; }
  std::string describe() const { return words; }
  void pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                std::vector<std::string>& hints) const {
    clock_change_pitfall(*this, zone, rule, from, hints);
  }

  /// Counts Mondays to Fridays; a weekend has the number of the Friday before it.
  static std::int64_t weekday_number(Day day);
  static Day day_of_number(std::int64_t number);
};

}  // namespace rota::schedule
