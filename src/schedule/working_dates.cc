// Plain walks over the dates.
#include "schedule/working_dates.h"

namespace rota::schedule {

namespace {
constexpr int kDateCost = 3;
}

std::string WorkingDates::closed_because(Day day) const {
  std::string reason = calendar_.closed_because(LocalDate{std::chrono::days{day}});
  return reason.empty() ? "the time zone left this date out" : reason;
}

std::optional<Day> WorkingDates::after(Day day, SearchBudget& budget) const {
  for (Day ahead = 1; ahead <= kClosedRunMax && budget.spend(kDateCost); ++ahead) {
    if (is_working(day + ahead)) return day + ahead;
  }
  return std::nullopt;
}

std::optional<Day> WorkingDates::before(Day day, SearchBudget& budget) const {
  for (Day back = 1; back <= kClosedRunMax && budget.spend(kDateCost); ++back) {
    if (is_working(day - back)) return day - back;
  }
  return std::nullopt;
}

std::optional<Day> WorkingDates::target(Day day, NonWorkingDay move, SearchBudget& budget) const {
  if (is_working(day)) return day;
  switch (move) {
    case NonWorkingDay::kNext:
      return after(day, budget);
    case NonWorkingDay::kPrevious:
      return before(day, budget);
    case NonWorkingDay::kNearest: {
      const auto later = after(day, budget);
      const auto earlier = before(day, budget);
      if (!later || !earlier) return later ? later : earlier;
      // Equally near: the later one, as in finance.
      return day - *earlier < *later - day ? earlier : later;
    }
    case NonWorkingDay::kSkip:
    case NonWorkingDay::kRun:
      break;
  }
  return day;
}

std::optional<Day> WorkingDates::shifted(Day day, int working_days, SearchBudget& budget) const {
  std::optional<Day> found = day;
  for (; found && working_days > 0; --working_days) found = after(*found, budget);
  for (; found && working_days < 0; ++working_days) found = before(*found, budget);
  return found;
}

}  // namespace rota::schedule
