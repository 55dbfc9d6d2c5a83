// Skipping looks at each slot's local date and jumps over a run of closed dates at once.
//
// Moving turns the question round: which slots end up on a working date D? Those of D itself and of
// the closed dates beside it whose target is D; because targets never go backwards these dates are
// one unbroken stretch. The answer is the earliest moved moment among them that lies after the
// given one. Slots are not walked one by one: on each date the search starts at the time of day
// that is asked about, so a task that runs every second costs no more than one that runs once.
#include "schedule/working_days_trigger.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedule/clock_notes.h"

namespace rota::schedule {
namespace {

constexpr Micros kBeforeMidnight = -1;

class SkipClosed final : public SlotSource {
 public:
  SkipClosed(std::unique_ptr<SlotSource> inner, const Zone& zone,
             std::shared_ptr<const WorkingCalendar> calendar)
      : inner_(std::move(inner)),
        zone_(zone),
        calendar_(std::move(calendar)),
        dates_(*calendar_),
        slot_cost_(inner_->weight() + 10) {}

  Micros next(Micros after, Micros limit) const override {
    SearchBudget budget;
    while (budget.spend(slot_cost_)) {
      const Micros slot = inner_->next(after, limit);
      if (slot == kNever) return kNever;
      const Day day = day_of(zone_.to_local(slot));
      if (dates_.is_working(day)) return slot;
      const auto open = dates_.after(day, budget);
      if (!open) return kNever;
      after = std::max(slot, zone_.first_instant(start_of(*open)) - 1);
    }
    return kNever;
  }

  int weight() const override { return SearchBudget::kWhole; }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    constexpr std::size_t kDatesMax = 5;
    Micros before = after;
    for (std::size_t i = 0; i < kDatesMax; ++i) {
      const Micros skipped = inner_->next(before, slot - 1);
      if (skipped == kNever) break;
      const Day day = day_of(zone_.to_local(skipped));
      notes.push_back(
          fmt::format("did not run on {}: {}", format_date(day), dates_.closed_because(day)));
      before = std::max(skipped, zone_.first_instant(start_of(day + 1)) - 1);
    }
    inner_->explain(before, slot, notes);
  }

  void pitfalls(std::vector<std::string>& hints) const override { inner_->pitfalls(hints); }

  std::string describe(std::string_view zone) const override {
    return inner_->describe(zone) + ", on working days only";
  }

 private:
  std::unique_ptr<SlotSource> inner_;
  const Zone& zone_;
  std::shared_ptr<const WorkingCalendar> calendar_;
  WorkingDates dates_;
  int slot_cost_;
};

std::string_view move_words(NonWorkingDay move) {
  switch (move) {
    case NonWorkingDay::kNext:
      return "next working day";
    case NonWorkingDay::kPrevious:
      return "working day before";
    default:
      return "nearest working day";
  }
}

class MoveClosed final : public SlotSource {
 public:
  MoveClosed(std::unique_ptr<SlotSource> inner, NonWorkingDay move, DstOverlap overlap,
             const Zone& zone, std::shared_ptr<const WorkingCalendar> calendar)
      : inner_(std::move(inner)),
        move_(move),
        overlap_(overlap),
        zone_(zone),
        calendar_(std::move(calendar)),
        dates_(*calendar_),
        slot_cost_(inner_->weight() + 10) {}

  Micros next(Micros after, Micros limit) const override {
    SearchBudget budget;
    const Day today = day_of(zone_.to_local(after + 1));
    auto day = dates_.target(today, move_, budget);
    if (day && *day < today) day = dates_.after(today, budget);
    while (day && start_of(*day) <= limit + kDayUs) {
      const Landed landed = earliest_on(*day, after, budget);
      if (landed.at != kNever) return landed.at <= limit ? landed.at : kNever;
      day = target_behind(*day, landed.sources_end, budget);
    }
    return kNever;
  }

  int weight() const override { return SearchBudget::kWhole; }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    SearchBudget budget;
    const Day day = day_of(zone_.to_local(slot));
    const Sources sources = sources_of(day, budget);
    for (Day from = sources.first; from <= sources.last; ++from) {
      const Micros source = source_of(from, day, slot);
      if (source == kNever) continue;
      if (from == day) {
        inner_->explain(std::max(after, source - kDayUs), source, notes);
      } else {
        notes.push_back(
            fmt::format("moved from {}: {}", format_date(from), dates_.closed_because(from)));
      }
    }
  }

  void pitfalls(std::vector<std::string>& hints) const override { inner_->pitfalls(hints); }

  std::string describe(std::string_view zone) const override {
    return fmt::format("{}, moved to the {} when closed", inner_->describe(zone),
                       move_words(move_));
  }

 private:
  struct Sources {
    Day first;
    Day last;
  };
  struct Landed {
    Micros at;           // kNever: nothing lands there after the moment asked about
    Micros sources_end;  // first instant behind all dates that move there
  };

  // The working date, later than `day`, of the first slot at or after `from` that goes to one.
  std::optional<Day> target_behind(Day day, Micros from, SearchBudget& budget) const {
    for (Micros slot = from - 1; budget.spend(slot_cost_);) {
      slot = inner_->next(slot, kSearchEnd);
      if (slot == kNever) break;
      const auto target = dates_.target(day_of(zone_.to_local(slot)), move_, budget);
      if (!target || *target > day) return target;
    }
    return std::nullopt;
  }

  // The dates whose slots end up on the working date `day`, itself included.
  Sources sources_of(Day day, SearchBudget& budget) const {
    Sources sources{day, day};
    if (move_ != NonWorkingDay::kPrevious) {
      const auto before = dates_.before(day, budget);
      const Day closed = before ? day - *before - 1 : WorkingDates::kClosedRunMax;
      sources.first -= move_ == NonWorkingDay::kNext || !before ? closed : (closed + 1) / 2;
    }
    if (move_ != NonWorkingDay::kNext) {
      const auto after = dates_.after(day, budget);
      const Day closed = after ? *after - day - 1 : WorkingDates::kClosedRunMax;
      sources.last += move_ == NonWorkingDay::kPrevious || !after ? closed : closed / 2;
    }
    return sources;
  }

  // Same time of day on another date.
  Micros moved(Micros slot, Day to) const {
    const Micros local = zone_.to_local(slot);
    const Micros wanted = local - start_of(day_of(local)) + start_of(to);
    return overlap_ == DstOverlap::kSecond ? zone_.last_instant(wanted)
                                           : zone_.first_instant(wanted);
  }

  // Times of day up to this one land on `day` at or before `after`.
  Micros passed_time_of_day(Day day, Micros after) const {
    const Micros local = zone_.to_local(after);
    const Day today = day_of(local);
    if (today != day) return today < day ? kBeforeMidnight : kDayUs;
    const Span* span = zone_.span_at(after);
    Micros passed = local - start_of(day);
    if (overlap_ == DstOverlap::kSecond) {
      // In the first pass nothing of the repeated time has landed yet.
      if (span != zone_.last_span() && local >= span[1].local_start()) {
        passed = span[1].local_start() - 1 - start_of(day);
      }
    } else if (local < span->seen) {
      passed = span->seen - 1 - start_of(day);
    }
    return passed;
  }

  Landed earliest_on(Day day, Micros after, SearchBudget& budget) const {
    const Sources sources = sources_of(day, budget);
    const Micros passed = passed_time_of_day(day, after);
    Landed landed{inner_on_date(day, after), zone_.first_instant(start_of(sources.last + 1))};
    Day from = sources.first;
    while (from <= sources.last) {
      // Dates without any slot are jumped over.
      const Micros some = inner_->next(zone_.first_instant(start_of(from)) - 1, landed.sources_end);
      if (some == kNever || !budget.spend(slot_cost_)) break;
      from = std::max(from, day_of(zone_.to_local(some)));
      if (from > sources.last) break;
      if (from != day) landed.at = std::min(landed.at, earliest_moved(from, day, passed));
      ++from;
    }
    return landed;
  }

  Micros inner_on_date(Day day, Micros after) const {
    const Micros begin = zone_.first_instant(start_of(day));
    const Micros end = zone_.first_instant(start_of(day + 1));
    Micros slot = std::max(after, begin - 1);
    // A repeated midnight shows the day before once more; those slots are not of this date.
    do {
      slot = inner_->next(slot, end - 1);
    } while (slot != kNever && day_of(zone_.to_local(slot)) != day);
    return slot;
  }

  // The earliest moment on `to` that a slot of the date `from` behind the time of day moves to.
  Micros earliest_moved(Day from, Day to, Micros passed) const {
    const Micros date_start = start_of(from);
    const Micros begin = zone_.first_instant(date_start);
    const Micros end = zone_.last_instant(date_start + kDayUs - 1) + 1;
    Micros best = kNever;
    for (const Span* span = zone_.span_at(begin); span->start < end; ++span) {
      const Micros first = std::max({begin, span->start, date_start + passed + 1 - span->offset});
      const Micros last = std::min({end, span->end, date_start + kDayUs - span->offset}) - 1;
      const Micros slot = first <= last ? inner_->next(first - 1, last) : kNever;
      if (slot != kNever) best = std::min(best, moved(slot, to));
      if (span == zone_.last_span()) break;
    }
    return best;
  }

  // The slot of the date `from` that became `at` on the date `to`.
  Micros source_of(Day from, Day to, Micros at) const {
    if (from == to) return inner_->next(at - 1, at);
    const Micros time = zone_.to_local(at) - start_of(to);
    const Micros guess = zone_.first_instant(start_of(from) + time);
    const Micros slot = inner_->next(guess - 1, guess);
    if (slot != kNever) return slot;
    // At the end of a gap the time of day is not the slot's own.
    const Micros any = inner_->next(zone_.first_instant(start_of(from)) - 1, guess);
    return any != kNever && moved(any, to) == at ? any : kNever;
  }

  std::unique_ptr<SlotSource> inner_;
  NonWorkingDay move_;
  DstOverlap overlap_;
  const Zone& zone_;
  std::shared_ptr<const WorkingCalendar> calendar_;
  WorkingDates dates_;
  int slot_cost_;
};

}  // namespace

std::unique_ptr<SlotSource> make_working_days_trigger(
    std::unique_ptr<SlotSource> inner, NonWorkingDay move, DstOverlap overlap, const Zone& zone,
    std::shared_ptr<const WorkingCalendar> calendar) {
  if (move == NonWorkingDay::kSkip) {
    return std::make_unique<SkipClosed>(std::move(inner), zone, std::move(calendar));
  }
  return std::make_unique<MoveClosed>(std::move(inner), move, overlap, zone, std::move(calendar));
}

}  // namespace rota::schedule
