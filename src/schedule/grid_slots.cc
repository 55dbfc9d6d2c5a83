// Finding the first point at or after a time: exact division for days, and for months a guess from
// the average month that is then corrected by a step or two.
#include "schedule/grid_slots.h"

namespace rota::schedule {

Micros GridSlots::point(std::int64_t k) const {
  const Day day = months == 0 ? first : add_months(date_of(first), k * months);
  return (Micros{day} + k * days) * kDayUs + time_of_day;
}

Micros GridSlots::next_local(Micros from, Micros /*until*/) const {
  const Micros behind = from - point(0);
  std::int64_t k = least;
  if (months == 0) {
    const Micros step = days * kDayUs;
    k = std::max(k, -floor_div(-behind, step));
    return point(k);
  }
  constexpr Micros kAverageMonthUs = 2'629'746 * kSecondUs;
  const Micros step = months * kAverageMonthUs + days * kDayUs;
  k = std::max(k, floor_div(behind, step));
  while (k > least && point(k - 1) >= from) --k;
  while (point(k) < from) ++k;
  return point(k);
}

void GridSlots::pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                         std::vector<std::string>& hints) const {
  const unsigned day = date_of(first).day;
  if (months != 0 && days == 0 && day > 28) {
    hints.push_back("months without a day " + std::to_string(day) + " use their last day");
  }
  clock_change_pitfall(*this, zone, rule, from, hints);
}

}  // namespace rota::schedule
