// A cron expression after parsing: one set of bits per field and the day rules that need the
// month. Plain data, so that the search touches one cache line or two.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "schedule/civil.h"

namespace rota::schedule {

inline constexpr int kCronYearFirst = 1970;
inline constexpr int kCronYearLast = 2099;

class WorkingDates;

/// A step that is larger than what it steps through, as in "*/90" minutes: only its first value is
/// left, which is hardly ever what somebody meant.
struct WideStep {
  std::uint16_t step = 0;  ///< 0: the field has none.
  std::uint16_t first = 0;
  bool whole_field = false;  ///< It steps through the whole field rather than a range.
};

struct CronSpec {
  std::uint64_t seconds = 1;  ///< Bit 0 to 59. Five fields mean second 0.
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0;
  std::uint16_t months = 0;                    ///< Bit 1 to 12.
  std::uint8_t weekdays = 0;                   ///< Bit 0 is Sunday.
  std::uint32_t days = 0;                      ///< Bit 1 to 31.
  std::uint32_t days_before_last = 0;          ///< Bit n: L-n; bit 0 is L.
  std::uint32_t nearest_weekdays = 0;          ///< Bit n: nW.
  bool last_weekday_of_month = false;          ///< LW.
  std::uint32_t working_days = 0;              ///< Bit n: nWD.
  std::uint32_t working_days_before_last = 0;  ///< Bit n: LWD-n; bit 0 is LWD.
  std::uint8_t last_of_weekday = 0;            ///< Bit d: dL.
  std::array<std::uint8_t, 5> nth_weekday{};   ///< [n - 1], bit d: d#n.
  bool any_day = false;                        ///< The day-of-month text starts with * or ?.
  bool any_weekday = false;                    ///< The day-of-week text starts with * or ?.
  bool any_year = true;
  bool fixed_time = false;  ///< Neither the hour nor the minute text starts with * or ?.
  bool simple_days = true;  ///< No day rule needs more than the month's first weekday.
  std::array<std::uint64_t, 3> years{};  ///< Bit year - 1970.
  const WorkingDates* dates = nullptr;   ///< Counts nWD; set when there is one.
  int months_max = 0;                    ///< With nWD, a search looks at so many months.
  std::int32_t first_second = 0;         ///< First time of day, in seconds.
  /// Bit of year_type(): kinds of year that have a matching date. Only worked out for expressions
  /// that match so rarely that searching month by month would take long.
  std::uint16_t year_types = kAllYearTypes;
  std::array<WideStep, 7> wide_steps{};  ///< By field, from seconds to years. Only for hints.

  static constexpr std::uint16_t kAllYearTypes = 0x3fff;
  bool counts_working_days() const { return (working_days | working_days_before_last) != 0; }

  bool is_rare() const { return year_types != kAllYearTypes; }

  bool has_year(int year) const {
    if (any_year) return true;
    if (year < kCronYearFirst || year > kCronYearLast) return false;
    const auto bit = static_cast<unsigned>(year - kCronYearFirst);
    return (years[bit / 64] >> (bit % 64) & 1) != 0;
  }

  /// The days of a month that are counted working days it names.
  std::uint32_t working_days_of(int year, unsigned month) const;

  /// The days of a month that match, bit 1 to 31.
  std::uint32_t days_of(int year, unsigned month) const;

  /// The first matching local time at or after `from`; kNever when there is none up to `until`.
  Micros next_local(Micros from, Micros until) const;

  /// How many matching local times lie in [from, until], both on one date.
  std::int64_t count_local(Micros from, Micros until) const;

  /// No year has a date that matches.
  bool is_impossible() const {
    return is_rare() && (year_types == 0 || next_local(0, kSearchEnd) == kNever);
  }

  /// Fills first_second, simple_days and year_types once the fields are in.
  void finish();

 private:
  int first_year() const;
  void find_year_types();
  std::uint32_t special_days_of_month(unsigned first_weekday, unsigned last_day) const;
  std::uint32_t special_weekdays(unsigned first_weekday, unsigned last_day) const;
  std::int32_t next_second_of_day(std::int32_t second) const;
  std::int64_t times_before(std::int32_t second) const;
  Micros on_a_later_day(Date date, Micros until) const;
};

}  // namespace rota::schedule
