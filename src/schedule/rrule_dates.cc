// A month's days are one word of bits, a year's are twelve of them side by side; each BY part
// takes bits away.
#include "schedule/rrule_dates.h"

namespace rota::schedule {
namespace {

using Frequency = RruleSpec::Frequency;

constexpr int kMonthCost = 10;
constexpr int kWeekCost = 5;
constexpr int kYearCost = 300;

std::int64_t month_index(Day day) {
  const Date date = date_of(day);
  return std::int64_t{date.year} * 12 + date.month - 1;
}

Day first_of_month(std::int64_t month) {
  return day_from(static_cast<int>(month / 12), static_cast<unsigned>(month % 12 + 1), 1);
}

Day first_of_year(std::int64_t year) { return day_from(static_cast<int>(year), 1, 1); }

Day start_of_week(Day day, unsigned week_start) {
  return day - static_cast<Day>((weekday_of(day) + 7 - week_start) % 7);
}

// Which days of a month, bit 0 the first, fall on a set of weekdays.
std::uint32_t on_weekdays(std::uint8_t weekdays, unsigned first_weekday) {
  const unsigned twice = weekdays | unsigned{weekdays} << 7;
  const std::uint64_t week = twice >> first_weekday & 0x7f;
  return static_cast<std::uint32_t>(week * 0x10204081ULL);
}

// A day of a stretch of `size` days counted from either end: 0 to size - 1, or nothing.
std::optional<unsigned> counted(int number, unsigned size) {
  const int index = number > 0 ? number - 1 : static_cast<int>(size) + number;
  if (index < 0 || index >= static_cast<int>(size)) return std::nullopt;
  return static_cast<unsigned>(index);
}

// The nth such weekday of a stretch, 0 its first day.
std::optional<unsigned> nth_weekday(const RruleSpec::NthWeekday& wanted, unsigned first_weekday,
                                    unsigned size) {
  const unsigned first = (wanted.weekday + 7 - first_weekday) % 7;
  const auto index = counted(wanted.nth, (size - first + 6) / 7);
  if (!index) return std::nullopt;
  return first + *index * 7;
}

// The days of a month that BYMONTHDAY and, where it is judged by month, BYDAY name.
std::uint32_t month_mask(const RruleSpec& rule, int year, unsigned month, bool with_weekdays) {
  const unsigned size = days_in_month(year, month);
  auto mask = static_cast<std::uint32_t>((std::uint64_t{1} << size) - 1);
  if ((rule.month_days | rule.days_from_end) != 0) {
    std::uint32_t named = rule.month_days >> 1;
    for (std::uint32_t left = rule.days_from_end; left != 0; left &= left - 1) {
      if (const auto day = counted(-std::countr_zero(left), size)) named |= 1U << *day;
    }
    mask &= named;
  }
  if (with_weekdays && mask != 0) {
    const unsigned first_weekday = weekday_of(day_from(year, month, 1));
    std::uint32_t named = on_weekdays(rule.weekdays, first_weekday);
    for (const auto& wanted : rule.nth_weekdays) {
      if (const auto day = nth_weekday(wanted, first_weekday, size)) named |= 1U << *day;
    }
    mask &= named;
  }
  return mask;
}

bool has_weekdays(const RruleSpec& rule) {
  return rule.weekdays != 0 || !rule.nth_weekdays.empty();
}

DaySet days_of_month(const RruleSpec& rule, std::int64_t index) {
  DaySet days{first_of_month(index), {}};
  const auto month = static_cast<unsigned>(index % 12 + 1);
  if ((rule.months >> month & 1) == 0) return days;
  std::uint32_t mask = month_mask(rule, static_cast<int>(index / 12), month, has_weekdays(rule));
  if (rule.frequency == Frequency::kDaily && rule.interval > 1) {
    const std::int64_t ahead = day_of(rule.start) - std::int64_t{days.first};
    std::int64_t day = ahead % rule.interval;
    if (day < 0) day += rule.interval;
    std::uint32_t counts = 0;
    for (; day < 31; day += rule.interval) counts |= 1U << day;
    mask &= counts;
  }
  days.bits[0] = mask;
  return days;
}

DaySet days_of_week(const RruleSpec& rule, Day first) {
  DaySet days{first, {}};
  for (unsigned i = 0; i < 7; ++i) {
    if ((rule.weekdays >> ((rule.week_start + i) % 7) & 1) != 0) days.bits[0] |= 1U << i;
  }
  if (rule.months != 0x1ffe) {
    for (unsigned i = 0; i < 7; ++i) {
      const unsigned month = date_of(first + static_cast<Day>(i)).month;
      if ((rule.months >> month & 1) == 0) days.bits[0] &= ~(std::uint64_t{1} << i);
    }
  }
  return days;
}

// Week 1 is the first with at least four days in the year.
Day first_week_of(std::int64_t year, unsigned week_start) {
  return start_of_week(first_of_year(year) + 3, week_start);
}

DaySet days_in_weeks(const RruleSpec& rule, std::int64_t year, unsigned size) {
  DaySet days{first_of_year(year), {}};
  // The weeks of the years beside it reach into this one.
  for (std::int64_t of = year - 1; of <= year + 1; ++of) {
    const Day first = first_week_of(of, rule.week_start);
    const auto weeks = static_cast<unsigned>((first_week_of(of + 1, rule.week_start) - first) / 7);
    for (const int number : rule.weeks) {
      const auto week = counted(number, weeks);
      if (!week) continue;
      for (Day day = first + static_cast<Day>(*week) * 7, end = day + 7; day < end; ++day) {
        if (day >= days.first && day < days.first + static_cast<Day>(size)) days.add(day);
      }
    }
  }
  return days;
}

DaySet days_of_year(const RruleSpec& rule, std::int64_t year) {
  DaySet days{first_of_year(year), {}};
  const int of = static_cast<int>(year);
  const bool by_month = has_weekdays(rule) && (rule.nth_in_month || rule.nth_weekdays.empty());
  unsigned offset = 0;
  for (unsigned month = 1; month <= 12; ++month) {
    if ((rule.months >> month & 1) != 0) {
      days.add_mask(offset, month_mask(rule, of, month, by_month));
    }
    offset += days_in_month(of, month);
  }
  const unsigned size = is_leap(of) ? 366 : 365;
  if (has_weekdays(rule) && !by_month) {
    DaySet named{days.first, {}};
    const unsigned first_weekday = weekday_of(days.first);
    for (unsigned i = 0; i < size; ++i) {
      if ((rule.weekdays >> ((first_weekday + i) % 7) & 1) != 0) {
        named.add(days.first + static_cast<Day>(i));
      }
    }
    for (const auto& wanted : rule.nth_weekdays) {
      const auto day = nth_weekday(wanted, first_weekday, size);
      if (day) named.add(days.first + static_cast<Day>(*day));
    }
    days.keep(named);
  }
  if (!rule.year_days.empty()) {
    DaySet named{days.first, {}};
    for (const int number : rule.year_days) {
      if (const auto day = counted(number, size)) named.add(days.first + static_cast<Day>(*day));
    }
    days.keep(named);
  }
  if (!rule.weeks.empty()) days.keep(days_in_weeks(rule, year, size));
  return days;
}

RrulePeriod make_period(const RruleSpec& rule, std::int64_t number) {
  switch (rule.frequency) {
    case Frequency::kYearly:
      return {number, first_of_year(number), kYearCost};
    case Frequency::kWeekly:
      return {number, static_cast<Day>(number), rule.months == 0x1ffe ? kWeekCost : 8 * kWeekCost};
    case Frequency::kMonthly:
    case Frequency::kDaily:
      break;
  }
  return {number, first_of_month(number), kMonthCost};
}

// From one period that counts to the next, in the unit of RrulePeriod::number.
std::int64_t step_of(const RruleSpec& rule) {
  switch (rule.frequency) {
    case Frequency::kDaily:
      return 1;
    case Frequency::kWeekly:
      return 7 * rule.interval;
    case Frequency::kMonthly:
    case Frequency::kYearly:
      break;
  }
  return rule.interval;
}

}  // namespace

int DaySet::size() const {
  int size = 0;
  for (const std::uint64_t word : bits) size += std::popcount(word);
  return size;
}

Day DaySet::at(int index) const {
  Day day = first;
  for (std::uint64_t word : bits) {
    const int count = std::popcount(word);
    if (index < count) {
      for (; index > 0; --index) word &= word - 1;
      return day + static_cast<Day>(std::countr_zero(word));
    }
    index -= count;
    day += 64;
  }
  return day;
}

int DaySet::index_of(Day day) const {
  int index = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const Day ahead = day - first - static_cast<Day>(64 * i);
    if (ahead >= 64) {
      index += std::popcount(bits[i]);
    } else if (ahead > 0) {
      index += std::popcount(bits[i] & ((std::uint64_t{1} << ahead) - 1));
    }
  }
  return index;
}

RrulePeriod period_at(const RruleSpec& rule, Day day) {
  switch (rule.frequency) {
    case Frequency::kYearly:
      return make_period(rule, date_of(day).year);
    case Frequency::kWeekly:
      return make_period(rule, start_of_week(day, rule.week_start));
    case Frequency::kMonthly:
    case Frequency::kDaily:
      break;
  }
  return make_period(rule, month_index(day));
}

RrulePeriod first_period(const RruleSpec& rule, Day day) {
  const std::int64_t origin = period_at(rule, day_of(rule.start)).number;
  const std::int64_t ahead = period_at(rule, day).number - origin;
  const std::int64_t step = step_of(rule);
  return make_period(rule, origin + (ahead + step - 1) / step * step);
}

RrulePeriod following(const RruleSpec& rule, const RrulePeriod& period) {
  return make_period(rule, period.number + step_of(rule));
}

DaySet days_of(const RruleSpec& rule, const RrulePeriod& period) {
  switch (rule.frequency) {
    case Frequency::kYearly:
      return days_of_year(rule, period.number);
    case Frequency::kWeekly:
      return days_of_week(rule, period.first);
    case Frequency::kMonthly:
    case Frequency::kDaily:
      break;
  }
  return days_of_month(rule, period.number);
}

}  // namespace rota::schedule
