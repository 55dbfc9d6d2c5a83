// The first matching local time. The days of a month are worked out as one word of bits; then each
// step is "the lowest set bit at or above this one", from year down to second. Without a match it
// walks months: at most 230 years of twelve, some tens of microseconds.
#include "schedule/cron_spec.h"
#include "schedule/working_dates.h"

namespace rota::schedule {
namespace {

// Bits at or above `from`.
template <class Bits>
constexpr Bits at_or_above(Bits bits, unsigned from) {
  return from >= sizeof(Bits) * 8 ? Bits{0} : static_cast<Bits>(bits >> from << from);
}

constexpr std::uint32_t bit(unsigned index) { return std::uint32_t{1} << index; }

constexpr std::uint32_t days_up_to(unsigned last) {
  return static_cast<std::uint32_t>((std::uint64_t{2} << last) - 2);
}

// The days of a month that fall on a set of weekdays, bit 1 to 31.
constexpr std::uint32_t days_on(std::uint8_t weekdays, unsigned first_weekday) {
  // Rotated so that bit 0 is the weekday of the 1st, then repeated five times.
  const unsigned twice = weekdays | unsigned{weekdays} << 7;
  const std::uint64_t week = twice >> first_weekday & 0x7f;
  return static_cast<std::uint32_t>((week * 0x10204081ULL) << 1);
}

constexpr unsigned weekday_on(unsigned first_weekday, unsigned day) {
  return (first_weekday + day - 1) % 7;
}

// nW: the weekday nearest to a day, without leaving the month.
constexpr unsigned nearest_weekday(unsigned day, unsigned first_weekday, unsigned last_day) {
  switch (weekday_on(first_weekday, day)) {
    case 6:
      return day > 1 ? day - 1 : 3;
    case 0:
      return day < last_day ? day + 1 : day - 2;
    default:
      return day;
  }
}

constexpr unsigned last_working_weekday(unsigned first_weekday, unsigned last_day) {
  const unsigned weekday = weekday_on(first_weekday, last_day);
  return weekday == 6 ? last_day - 1 : weekday == 0 ? last_day - 2 : last_day;
}

// A year's calendar is decided by the weekday of its first day and by being a leap year: 0 to 13.
constexpr unsigned year_type(int year) {
  return weekday_of(day_from(year, 1, 1)) + (is_leap(year) ? 7 : 0);
}

}  // namespace

std::uint32_t CronSpec::special_days_of_month(unsigned first_weekday, unsigned last_day) const {
  std::uint32_t found = 0;
  for (std::uint32_t left = days_before_last; left != 0; left &= left - 1) {
    const auto before = static_cast<unsigned>(std::countr_zero(left));
    if (before < last_day) found |= bit(last_day - before);
  }
  for (std::uint32_t left = nearest_weekdays; left != 0; left &= left - 1) {
    const auto day = static_cast<unsigned>(std::countr_zero(left));
    if (day <= last_day) found |= bit(nearest_weekday(day, first_weekday, last_day));
  }
  if (last_weekday_of_month) found |= bit(last_working_weekday(first_weekday, last_day));
  return found;
}

std::uint32_t CronSpec::special_weekdays(unsigned first_weekday, unsigned last_day) const {
  std::uint32_t found = days_on(last_of_weekday, first_weekday) & ~days_up_to(last_day - 7);
  for (unsigned n = 0; n < nth_weekday.size(); ++n) {
    const std::uint32_t week = 0xfeU << (7 * n);
    found |= days_on(nth_weekday[n], first_weekday) & week;
  }
  return found;
}

std::uint32_t CronSpec::working_days_of(int year, unsigned month) const {
  if (!counts_working_days() || dates == nullptr) return 0;
  const Day before_first = day_from(year, month, 1) - 1;
  std::array<std::uint8_t, 32> open{};  // [n] is the nth working day of the month
  unsigned count = 0;
  for (unsigned day = 1; day <= days_in_month(year, month); ++day) {
    if (dates->is_working(before_first + static_cast<Day>(day))) {
      open[++count] = static_cast<std::uint8_t>(day);
    }
  }
  std::uint32_t found = 0;
  for (unsigned nth = 1; nth <= count; ++nth) {
    const bool named =
        (working_days >> nth & 1) != 0 || (working_days_before_last >> (count - nth) & 1) != 0;
    if (named) found |= bit(open[nth]);
  }
  return found;
}

std::uint32_t CronSpec::days_of(int year, unsigned month) const {
  const unsigned last_day = days_in_month(year, month);
  const unsigned first_weekday = weekday_of(day_from(year, month, 1));
  std::uint32_t by_day = days;
  std::uint32_t by_weekday = days_on(weekdays, first_weekday);
  if (!simple_days) {
    by_day |= special_days_of_month(first_weekday, last_day) | working_days_of(year, month);
    by_weekday |= special_weekdays(first_weekday, last_day);
  }
  const bool both_restrict = !any_day && !any_weekday;
  return (both_restrict ? by_day | by_weekday : by_day & by_weekday) & days_up_to(last_day);
}

std::int32_t CronSpec::next_second_of_day(std::int32_t second) const {
  const auto hour = static_cast<unsigned>(second / 3600);
  const auto minute = static_cast<unsigned>(second / 60 % 60);
  const auto first_of_minute = std::countr_zero(seconds);
  if ((hours >> hour & 1) != 0) {
    if ((minutes >> minute & 1) != 0) {
      const auto left = at_or_above(seconds, static_cast<unsigned>(second % 60));
      if (left != 0) return second / 60 * 60 + std::countr_zero(left);
    }
    if (const auto left = at_or_above(minutes, minute + 1); left != 0) {
      return second / 3600 * 3600 + std::countr_zero(left) * 60 + first_of_minute;
    }
  }
  const auto left = at_or_above(hours, hour + 1);
  if (left == 0) return -1;
  return std::countr_zero(left) * 3600 + std::countr_zero(minutes) * 60 + first_of_minute;
}

// How many times of day lie before a second of the day.
std::int64_t CronSpec::times_before(std::int32_t second) const {
  const auto below = [](auto bits, int limit) {
    return limit <= 0 ? 0 : std::popcount(bits & ~at_or_above(bits, static_cast<unsigned>(limit)));
  };
  const int hour = second / 3600;
  const int minute = second / 60 % 60;
  const std::int64_t per_minute = std::popcount(seconds);
  std::int64_t times = std::int64_t{below(hours, hour)} * std::popcount(minutes) * per_minute;
  if (hour > 23 || (hours >> hour & 1) == 0) return times;
  times += below(minutes, minute) * per_minute;
  if ((minutes >> minute & 1) != 0) times += below(seconds, second % 60);
  return times;
}

std::int64_t CronSpec::count_local(Micros from, Micros until) const {
  const Day day = day_of(from);
  if (next_local(start_of(day), start_of(day + 1)) >= start_of(day + 1)) return 0;
  const auto second = [&](Micros local) {
    return static_cast<std::int32_t>((local - start_of(day) + kSecondUs - 1) / kSecondUs);
  };
  return times_before(second(until + 1)) - times_before(second(from));
}

Micros CronSpec::on_a_later_day(Date date, Micros until) const {
  const int last_year = any_year ? 2200 : kCronYearLast;
  unsigned above = date.day + 1;
  unsigned month = date.month;
  int months_left = months_max;
  for (int year = date.year; year <= last_year; ++year, month = 1, above = 1) {
    if (!has_year(year)) continue;
    if (is_rare() && (year_types >> year_type(year) & 1) == 0) continue;
    for (auto left = at_or_above(std::uint32_t{months}, month); left != 0; left &= left - 1) {
      const auto candidate = static_cast<unsigned>(std::countr_zero(left));
      if (candidate != month) above = 1;
      if (dates != nullptr && --months_left < 0) return kNever;
      const auto days_left = at_or_above(days_of(year, candidate), above);
      if (days_left == 0) continue;
      const Day day = day_from(year, candidate, static_cast<unsigned>(std::countr_zero(days_left)));
      return start_of(day) + first_second * kSecondUs;
    }
    if (year < 2200 && start_of(day_from(year + 1, 1, 1)) > until) return kNever;
  }
  return kNever;
}

Micros CronSpec::next_local(Micros from, Micros until) const {
  const Micros second = floor_div(from + kSecondUs - 1, kSecondUs);
  const Day day = static_cast<Day>(floor_div(second, 86'400));
  const Date date = date_of(day);
  if ((months >> date.month & 1) != 0 && has_year(date.year) &&
      (days_of(date.year, date.month) >> date.day & 1) != 0) {
    const auto of_day = static_cast<std::int32_t>(second - Micros{day} * 86'400);
    const std::int32_t found = next_second_of_day(of_day);
    if (found >= 0) return start_of(day) + found * kSecondUs;
  }
  return on_a_later_day(date, until);
}

void CronSpec::finish() {
  first_second =
      std::countr_zero(hours) * 3600 + std::countr_zero(minutes) * 60 + std::countr_zero(seconds);
  simple_days = days_before_last == 0 && nearest_weekdays == 0 && !last_weekday_of_month &&
                last_of_weekday == 0 && !counts_working_days();
  for (const std::uint8_t nth : nth_weekday) simple_days = simple_days && nth == 0;
  if (counts_working_days()) return;  // whether a year has a date is for the calendar to say
  const int some_year = any_year ? kCronYearFirst : first_year();
  for (unsigned month = 1; month <= 12; ++month) {
    if ((months >> month & 1) != 0 && days_of(some_year, month) != 0) return;
  }
  find_year_types();
}

int CronSpec::first_year() const {
  int year = kCronYearFirst;
  while (year < kCronYearLast && !has_year(year)) ++year;
  return year;
}

void CronSpec::find_year_types() {
  year_types = 0;
  constexpr int kEveryTypeFrom = 1970;  // any 28 years without a skipped leap year have all types
  for (int year = kEveryTypeFrom; year < kEveryTypeFrom + 28; ++year) {
    for (unsigned month = 1; month <= 12; ++month) {
      if ((months >> month & 1) == 0 || days_of(year, month) == 0) continue;
      year_types |= static_cast<std::uint16_t>(1U << year_type(year));
      break;
    }
  }
}

}  // namespace rota::schedule
