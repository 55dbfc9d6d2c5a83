// The dates that a recurrence rule names within one of its periods, as a set of bits.
#pragma once

#include "schedule/rrule_spec.h"

namespace rota::schedule {

/// Some of the days from `first` on, at most a leap year of them.
struct DaySet {
  Day first = 0;
  std::array<std::uint64_t, 6> bits{};

  void add(Day day) {
    const auto index = static_cast<unsigned>(day - first);
    bits[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  /// Bit 0 is `first` + offset.
  void add_mask(unsigned offset, std::uint32_t mask) {
    bits[offset / 64] |= std::uint64_t{mask} << (offset % 64);
    if (offset % 64 > 32) bits[offset / 64 + 1] |= std::uint64_t{mask} >> (64 - offset % 64);
  }
  void keep(const DaySet& others) {
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] &= others.bits[i];
  }
  int size() const;
  /// The index-th day, from 0; there is one.
  Day at(int index) const;
  /// How many days lie before `day`.
  int index_of(Day day) const;
};

/// A stretch of days that the rule looks at as a whole.
struct RrulePeriod {
  std::int64_t number;  ///< Of the year, of the month since year 0, or the first day of the week.
  Day first;
  int cost;  ///< Of looking at it.
};

/// Daily rules are looked at month by month.
RrulePeriod period_at(const RruleSpec& rule, Day day);
/// The first one that counts (INTERVAL) at or after the period of a day.
RrulePeriod first_period(const RruleSpec& rule, Day day);
RrulePeriod following(const RruleSpec& rule, const RrulePeriod& period);
DaySet days_of(const RruleSpec& rule, const RrulePeriod& period);

}  // namespace rota::schedule
