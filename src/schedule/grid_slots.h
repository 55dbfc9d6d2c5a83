// A grid of local times: a first date, then a step of months and days, always at the same time of
// day. Each point is counted from the first, so months of different length cause no drift.
#pragma once

#include <string>
#include <vector>

#include "schedule/civil.h"
#include "schedule/clock_notes.h"

namespace rota::schedule {

struct GridSlots {
  Day first = 0;            ///< Date of point 0.
  std::int64_t months = 0;  ///< Step; at least one of months and days is positive.
  std::int64_t days = 0;
  std::int64_t least = 0;  ///< Points below this one are not slots.
  Micros time_of_day = 0;
  Micros earliest = 0;  ///< No slot before this instant.
  std::string words;    ///< For describe().

  Micros point(std::int64_t k) const;
  Micros next_local(Micros from, Micros until) const;
  Micros not_before() const { return earliest; }
  int weight() const { return 15; }
  std::string describe() const { return words; }
  void pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                std::vector<std::string>& hints) const;
};

}  // namespace rota::schedule
