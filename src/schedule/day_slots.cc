// Both sets are walked by number: of the month, or of the weekday since a Monday long ago.
#include "schedule/day_slots.h"

namespace rota::schedule {
namespace {

constexpr std::int64_t kLastMonth = 2200LL * 12;

// The nth or last such day of a month, or 0 when it has none.
unsigned day_in_month(const MonthDaySlots& slots, int year, unsigned month) {
  const unsigned last = days_in_month(year, month);
  const unsigned first_weekday = weekday_of(day_from(year, month, 1));
  const bool forward = slots.nth > 0;
  int left = forward ? slots.nth : -slots.nth;
  for (unsigned i = 1; i <= last; ++i) {
    const unsigned day = forward ? i : last + 1 - i;
    const unsigned weekday = (first_weekday + day - 1) % 7;
    const bool counts =
        slots.kind == MonthDaySlots::Kind::kDay ||
        (slots.kind == MonthDaySlots::Kind::kWeekday && weekday == slots.weekday) ||
        (slots.kind == MonthDaySlots::Kind::kMondayToFriday && weekday != 0 && weekday != 6);
    if (counts && --left == 0) return day;
  }
  return 0;
}

}  // namespace

Micros MonthDaySlots::next_local(Micros from, Micros /*until*/) const {
  const Date date = date_of(day_of(from));
  const std::int64_t asked = std::int64_t{date.year} * 12 + date.month - 1;
  const std::int64_t steps = asked <= first_month ? 0 : (asked - first_month + step - 1) / step;
  for (std::int64_t index = first_month + steps * step; index < kLastMonth; index += step) {
    const int year = static_cast<int>(index / 12);
    const auto month = static_cast<unsigned>(index % 12 + 1);
    const unsigned day = day_in_month(*this, year, month);
    if (day == 0) continue;
    const Micros local = start_of(day_from(year, month, day)) + time_of_day;
    if (local >= from) return local;
  }
  return kNever;
}

void MonthDaySlots::pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                             std::vector<std::string>& hints) const {
  if (kind == Kind::kWeekday && nth == 5) {
    hints.emplace_back("months without a fifth such day have no slot");
  }
  clock_change_pitfall(*this, zone, rule, from, hints);
}

std::int64_t WeekdayStepSlots::weekday_number(Day day) {
  const std::int64_t since_monday = std::int64_t{day} + 3;  // 1970-01-01 was a Thursday
  const std::int64_t week = floor_div(since_monday, 7);
  return week * 5 + std::min<std::int64_t>(since_monday - week * 7, 4);
}

Day WeekdayStepSlots::day_of_number(std::int64_t number) {
  const std::int64_t week = floor_div(number, 5);
  return static_cast<Day>(week * 7 + (number - week * 5) - 3);
}

Micros WeekdayStepSlots::next_local(Micros from, Micros /*until*/) const {
  const std::int64_t behind = weekday_number(day_of(from)) - base;
  std::int64_t k = std::max(least, floor_div(behind, step));
  for (;; ++k) {
    const Micros local = start_of(day_of_number(base + k * step)) + time_of_day;
    if (local >= from) return local;
  }
}

}  // namespace rota::schedule
