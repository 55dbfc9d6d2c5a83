// Finding working dates in a calendar, without ever looking for longer than a search may take.
#pragma once

#include <optional>
#include <string>

#include "rota/schedule.h"
#include "schedule/civil.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// How much one search may look at, in the unit of SlotSource::weight(): half a millisecond.
class SearchBudget {
 public:
  static constexpr int kWhole = 100'000;

  explicit SearchBudget(int units = kWhole) : left_(units) {}

  bool spend(int cost) {
    left_ -= cost;
    return left_ >= 0;
  }

 private:
  int left_;
};

class WorkingDates {
 public:
  /// A date that the zone left out (Apia, 30 December 2011) is no working date.
  WorkingDates(const WorkingCalendar& calendar, const Zone& zone)
      : calendar_(calendar), lost_dates_(zone.lost_dates()) {}

  bool is_working(Day day) const {
    if (!calendar_.is_working_day(LocalDate{std::chrono::days{day}})) return false;
    for (const Day lost : lost_dates_) {
      if (lost == day) return false;
    }
    return true;
  }
  std::string closed_because(Day day) const;

  /// The first working date after `day`; nothing when kClosedRunMax dates in a row are closed.
  std::optional<Day> after(Day day, SearchBudget& budget) const;
  /// The last working date before `day`; nothing when kClosedRunMax dates in a row are closed.
  std::optional<Day> before(Day day, SearchBudget& budget) const;

  /// The working date that a slot on `day` goes to; `day` itself when it is one.
  std::optional<Day> target(Day day, NonWorkingDay move, SearchBudget& budget) const;

  /// So many working dates later, or earlier when negative; `day` itself is not counted.
  std::optional<Day> shifted(Day day, int working_days, SearchBudget& budget) const;

  /// More closed dates than this in a row mean "for ever".
  static constexpr Day kClosedRunMax = 3'660;

 private:
  const WorkingCalendar& calendar_;
  const std::vector<Day>& lost_dates_;
};

}  // namespace rota::schedule
