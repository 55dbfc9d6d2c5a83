// A recurrence rule of RFC 5545 after parsing, of a day and longer: which local times it names.
// Every part is a filter on dates or times; what a rule leaves open was filled in from its start.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schedule/clock_notes.h"

namespace rota::schedule {

/// The times of day of BYHOUR, BYMINUTE and BYSECOND, as sets; all in seconds from midnight.
struct RruleTimes {
  std::uint32_t hours = 0;
  std::uint64_t minutes = 0;
  std::uint64_t seconds = 0;
  std::vector<std::int32_t> picked;  ///< Instead of the sets, where BYSETPOS picks within a day.

  std::int32_t size() const;
  /// The index-th, from 0.
  std::int32_t at(std::int32_t index) const;
  /// The index of the first at or after a second of the day; size() when none is.
  std::int32_t index_from(std::int32_t second) const;
};

struct RruleSpec {
  enum class Frequency { kDaily, kWeekly, kMonthly, kYearly };
  struct NthWeekday {
    int nth;  ///< 1 is the first, -1 the last.
    unsigned weekday;
  };

  Frequency frequency = Frequency::kDaily;
  std::int64_t interval = 1;
  Micros start = 0;               ///< DTSTART; nothing before it.
  Micros last = kNever;           ///< By UNTIL or COUNT; nothing behind it.
  unsigned week_start = 1;        ///< WKST; 0 is Sunday.
  std::uint16_t months = 0x1ffe;  ///< Bit 1 to 12.
  std::uint32_t month_days = 0;   ///< BYMONTHDAY, bit 1 to 31; with none of the two: any.
  std::uint32_t days_from_end = 0;
  std::uint8_t weekdays = 0;  ///< BYDAY without a number; with none of the two: any.
  std::vector<NthWeekday> nth_weekdays;
  bool nth_in_month = true;  ///< Else nth_weekdays are counted within the year.
  std::vector<int> year_days;
  std::vector<int> weeks;
  std::vector<int> positions;  ///< BYSETPOS.
  RruleTimes times;
  int budget = 0;  ///< What one search may look at, as SearchBudget counts.
  std::string words;

  Micros next_local(Micros from, Micros until) const;
  Micros not_before() const { return 0; }
  int weight() const { return frequency == Frequency::kYearly ? 600 : 80; }
  std::string describe() const { return words; }
  void pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                std::vector<std::string>& hints) const;

  /// Sets `last` to the count-th; nothing changes when there are fewer up to the end of the search.
  /// False: it lies too far away to be counted.
  bool end_after(std::int64_t count);
};

}  // namespace rota::schedule
