// Arithmetic between days, dates and times of day: what <chrono> has, as plain numbers, because the
// searches do it some hundred million times a second.
#pragma once

#include <chrono>
#include <cstdint>

#include "schedule/slot_source.h"

namespace rota::schedule {

/// Days since 1970-01-01 on the local calendar.
using Day = std::int32_t;

struct Date {
  int year;
  unsigned month;
  unsigned day;
};

constexpr Micros floor_div(Micros value, Micros by) {
  const Micros quotient = value / by;
  return quotient - (value % by < 0 ? 1 : 0);
}

constexpr Day day_of(Micros local) { return static_cast<Day>(floor_div(local, kDayUs)); }

constexpr Micros start_of(Day day) { return Micros{day} * kDayUs; }

constexpr Date date_of(Day day) {
  const std::chrono::year_month_day ymd{std::chrono::local_days{std::chrono::days{day}}};
  return {int{ymd.year()}, unsigned{ymd.month()}, unsigned{ymd.day()}};
}

constexpr Day day_from(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{month},
                                        std::chrono::day{day}};
  return static_cast<Day>(std::chrono::local_days{ymd}.time_since_epoch().count());
}

/// 0 is Sunday, as in cron.
constexpr unsigned weekday_of(Day day) {
  return static_cast<unsigned>(day >= -4 ? (day + 4) % 7 : (day + 5) % 7 + 6);
}

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr unsigned days_in_month(int year, unsigned month) {
  constexpr unsigned char kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

/// The same day `months` later; the last of the month where that day does not exist.
constexpr Day add_months(Date date, std::int64_t months) {
  const std::int64_t index = std::int64_t{date.year} * 12 + (date.month - 1) + months;
  const int year = static_cast<int>(floor_div(index, 12));
  const auto month = static_cast<unsigned>(index - std::int64_t{year} * 12 + 1);
  const unsigned last = days_in_month(year, month);
  return day_from(year, month, date.day < last ? date.day : last);
}

}  // namespace rota::schedule
