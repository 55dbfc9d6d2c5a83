// Finding working dates in a calendar, without ever looking for longer than a search may take.
#pragma once

#include <optional>

#include "rota/schedule.h"
#include "schedule/civil.h"

namespace rota::schedule {

/// How much one search may look at, in the unit of SlotSource::weight(): half a millisecond.
class SearchBudget {
 public:
  static constexpr int kWhole = 100'000;

  bool spend(int cost) {
    left_ -= cost;
    return left_ >= 0;
  }

 private:
  int left_ = kWhole;
};

class WorkingDates {
 public:
  explicit WorkingDates(const WorkingCalendar& calendar) : calendar_(calendar) {}

  bool is_working(Day day) const {
    return calendar_.is_working_day(LocalDate{std::chrono::days{day}});
  }
  std::string closed_because(Day day) const {
    return calendar_.closed_because(LocalDate{std::chrono::days{day}});
  }

  /// The first working date after `day`; nothing when kClosedRunMax dates in a row are closed.
  std::optional<Day> after(Day day, SearchBudget& budget) const;
  /// The last working date before `day`; nothing when kClosedRunMax dates in a row are closed.
  std::optional<Day> before(Day day, SearchBudget& budget) const;

  /// The working date that a slot on `day` goes to; `day` itself when it is one.
  std::optional<Day> target(Day day, NonWorkingDay move, SearchBudget& budget) const;

  /// More closed dates than this in a row mean "for ever".
  static constexpr Day kClosedRunMax = 3'660;

 private:
  const WorkingCalendar& calendar_;
};

}  // namespace rota::schedule
