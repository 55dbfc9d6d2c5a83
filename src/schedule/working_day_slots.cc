// Periods are gone through one by one, and the working dates in each are counted; the search ends
// when its budget does, which is after some hundred months without an answer.
#include "schedule/working_day_slots.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedule/timed_words.h"

namespace rota::schedule {
namespace {

constexpr int kDateCost = 3;
constexpr int kPeriodCost = 10;
constexpr std::int64_t kLastMonth = 2200LL * 12;

std::int64_t month_index(Day day) {
  const Date date = date_of(day);
  return std::int64_t{date.year} * 12 + date.month - 1;
}

Day first_of(std::int64_t month) {
  return day_from(static_cast<int>(month / 12), static_cast<unsigned>(month % 12 + 1), 1);
}

}  // namespace

Micros WorkingDaySlots::next_local(Micros from, Micros until) const {
  // The first date whose time of day is not past.
  const Day day = day_of(from + kDayUs - 1 - time_of_day);
  until = std::min(until, kSearchEnd + kDayUs);
  switch (kind) {
    case Kind::kEvery:
      return next_every(day);
    case Kind::kNth:
      return next_nth(day, until);
    case Kind::kFromDay:
      break;
  }
  return next_from_day(day, until);
}

Micros WorkingDaySlots::next_every(Day from) const {
  const WorkingDates dates(*calendar, *zone);
  SearchBudget left(budget);
  const Day first = std::max(from, first_of(first_month));
  const auto found = dates.after(first - 1, left);
  return found ? start_of(*found) + time_of_day : kNever;
}

WorkingDaySlots::Dates WorkingDaySlots::period_of(Day date) const {
  if (period == Period::kWeek) {
    const Day monday = date - static_cast<Day>((weekday_of(date) + 6) % 7);
    return {monday, monday + 7};
  }
  const std::int64_t size = period == Period::kMonth ? 1 : period == Period::kQuarter ? 3 : 12;
  const std::int64_t month = month_index(date) / size * size;
  return {first_of(month), first_of(month + size)};
}

bool WorkingDaySlots::counts(Day first_of_period) const {
  return (months >> date_of(first_of_period).month & 1) != 0 || period != Period::kMonth;
}

std::optional<Day> WorkingDaySlots::nth_within(const WorkingDates& dates, Dates range,
                                               SearchBudget& left) const {
  const bool forward = nth > 0;
  int wanted = std::abs(nth);
  for (Day i = 0; i < range.behind - range.first && left.spend(kDateCost); ++i) {
    const Day day = forward ? range.first + i : range.behind - 1 - i;
    if (dates.is_working(day) && --wanted == 0) return day;
  }
  return std::nullopt;
}

Micros WorkingDaySlots::next_nth(Day from, Micros until) const {
  const WorkingDates dates(*calendar, *zone);
  SearchBudget left(budget);
  Dates range = period_of(std::max(from, first_of(first_month)));
  while (start_of(range.first) <= until && left.spend(kPeriodCost)) {
    if (counts(range.first)) {
      const auto found = nth_within(dates, range, left);
      if (found && *found >= from) return start_of(*found) + time_of_day;
    }
    range = period_of(range.behind);
  }
  return kNever;
}

Day WorkingDaySlots::reference_in(std::int64_t month) const {
  const Day first = first_of(month);
  const unsigned last =
      days_in_month(static_cast<int>(month / 12), static_cast<unsigned>(month % 12 + 1));
  return first + static_cast<Day>(of_month == 0 ? last : of_month) - 1;
}

std::optional<Day> WorkingDaySlots::beside(const WorkingDates& dates, Day reference,
                                           SearchBudget& left) const {
  if (shift != 0) return dates.shifted(reference, shift, left);
  return dates.target(reference, or_after ? NonWorkingDay::kNext : NonWorkingDay::kPrevious, left);
}

// No reference before this date has its working day at or after `from`.
Day WorkingDaySlots::earliest_reference(const WorkingDates& dates, Day from,
                                        SearchBudget& left) const {
  const bool ahead = shift > 0 || (shift == 0 && or_after);
  if (!ahead) return from;
  return dates.shifted(from, -std::max(shift, 1), left)
      .value_or(from - WorkingDates::kClosedRunMax);
}

Micros WorkingDaySlots::next_from_day(Day from, Micros until) const {
  const WorkingDates dates(*calendar, *zone);
  SearchBudget left(budget);
  std::int64_t month = std::max(month_index(earliest_reference(dates, from, left)), first_month);
  for (; month < kLastMonth && left.spend(kPeriodCost); ++month) {
    const Day reference = reference_in(month);
    const bool exists = month_index(reference) == month;
    if (!exists || (months >> (month % 12 + 1) & 1) == 0) continue;
    const auto found = beside(dates, reference, left);
    if (!found) continue;
    if (*found >= from) return start_of(*found) + time_of_day;
    if (start_of(*found) > until) break;
  }
  return kNever;
}

void WorkingDaySlots::explain_date(Day date, std::vector<std::string>& notes) const {
  const WorkingDates dates(*calendar, *zone);
  std::string note;
  if (kind == Kind::kNth) {
    const Dates range = period_of(date);
    note = fmt::format("the {} working day of the {}", ordinal_words(nth),
                       period == Period::kWeek      ? "week"
                       : period == Period::kMonth   ? "month"
                       : period == Period::kQuarter ? "quarter"
                                                    : "year");
    const bool forward = nth > 0;
    note_closed_dates(dates, forward ? range.first : date + 1, forward ? date : range.behind,
                      forward ? "before" : "after", note);
  } else if (kind == Kind::kFromDay) {
    // The reference lies within the months around it.
    const std::int64_t month = month_index(date);
    for (std::int64_t near = month - 5; near <= month + 5; ++near) {
      SearchBudget left(budget);
      const Day reference = reference_in(near);
      if (month_index(reference) != near || beside(dates, reference, left) != date) continue;
      const int days = std::abs(shift);
      note = days == 0 ? fmt::format("for {}", format_date(reference))
                       : fmt::format("{} working day{} {} {}", days, days == 1 ? "" : "s",
                                     shift > 0 ? "after" : "before", format_date(reference));
      const bool earlier = reference > date;
      note_closed_dates(dates, earlier ? date + 1 : reference, earlier ? reference + 1 : date,
                        "in between", note);
      break;
    }
  }
  if (!note.empty()) notes.push_back(std::move(note));
}

void WorkingDaySlots::pitfalls(const Zone& of_zone, ClockChangeRule rule, Micros from,
                               std::vector<std::string>& hints) const {
  if (next_local(from, kSearchEnd) == kNever) {
    hints.emplace_back("it never runs: the calendar has no such working day in the coming years");
    return;
  }
  if (kind == Kind::kFromDay && of_month > 28) {
    hints.push_back(
        fmt::format("months without a day {} have no slot; say 'the last day' for the "
                    "end of every month",
                    of_month));
  }
  if (kind == Kind::kNth && period == Period::kMonth && std::abs(nth) > 17) {
    hints.push_back(
        fmt::format("months with fewer than {} working days have no slot", std::abs(nth)));
  }
  clock_change_pitfall(*this, of_zone, rule, from, hints);
}

void note_closed_dates(const WorkingDates& dates, Day first, Day behind, std::string_view where,
                       std::string& note) {
  constexpr int kNamed = 8;
  int closed = 0;
  for (Day day = first; day < behind; ++day) {
    if (dates.is_working(day)) continue;
    if (++closed > kNamed) continue;
    note += closed == 1 ? fmt::format("; closed {}: ", where) : ", ";
    note += format_date(day) + " " + dates.closed_because(day);
  }
  if (closed > kNamed) note += fmt::format(" and {} more", closed - kNamed);
}

}  // namespace rota::schedule
