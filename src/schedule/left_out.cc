// Jumps from closed date to closed date: open ones in between are passed over without asking for
// their slots.
#include "schedule/left_out.h"

#include <algorithm>

namespace rota::schedule {
namespace {

Instant instant(Micros at) { return Instant{Duration{at}}; }

// The last slot in (after, limit]; there is one. Halves the time in which it must lie.
Micros last_slot(const SlotSource& inner, Micros first, Micros limit) {
  Micros last = first;
  for (Micros none_behind = limit; last < none_behind;) {
    const Micros middle = last + (none_behind - last) / 2;
    const Micros slot = inner.next(middle, limit);
    if (slot == kNever) {
      none_behind = middle;
    } else {
      last = slot;
    }
  }
  return last;
}

}  // namespace

void find_left_out(const SlotSource& inner, const Zone& zone, const WorkingDates& dates,
                   Micros after, Micros limit, std::size_t most, std::vector<SkippedSlots>& out) {
  while (out.size() < most) {
    const Micros first = inner.next(after, limit);
    if (first == kNever) return;
    Day day = day_of(zone.to_local(first));
    if (dates.is_working(day)) {
      do ++day;
      while (dates.is_working(day) && start_of(day) < kSearchEnd + kDayUs);
      after = std::max(first, zone.first_instant(start_of(day)) - 1);
      continue;
    }
    const Micros end = std::max(zone.first_instant(start_of(day + 1)) - 1, first);
    const Micros until = std::min(end, limit);
    const Micros last = last_slot(inner, first, until);
    const std::int64_t slots = inner.count(first - 1, until);
    const LocalDate date{std::chrono::days{day}};
    // Where midnight is repeated a date comes in two parts.
    if (!out.empty() && out.back().date == date) {
      out.back().last = instant(last);
      out.back().slots += slots;
    } else {
      out.push_back({instant(first), instant(last), slots, date, dates.closed_because(day)});
    }
    after = until;
  }
}

}  // namespace rota::schedule
