// Moving turns the question round: which slots end up on a working date D? Take D back by the
// offset to the date that the move must have reached; then it is the slots of that date and of the
// closed dates beside it that move there. Because targets never go backwards these dates are one
// unbroken stretch. The answer is the earliest moved moment among them that lies after the given
// one. Slots are not walked one by one: on each date the search starts at the time of day that is
// asked about, so a task that runs every second costs no more than one that runs once.
#include <fmt/format.h>

#include <algorithm>

#include "schedule/clock_notes.h"
#include "schedule/left_out.h"
#include "schedule/working_days_trigger.h"

namespace rota::schedule {
namespace {

constexpr Micros kBeforeMidnight = -1;

std::string_view move_words(NonWorkingDay move) {
  switch (move) {
    case NonWorkingDay::kSkip:
      return ", on working days only";
    case NonWorkingDay::kNext:
      return ", moved to the next working day when closed";
    case NonWorkingDay::kPrevious:
      return ", moved to the working day before when closed";
    case NonWorkingDay::kNearest:
      return ", moved to the nearest working day when closed";
    case NonWorkingDay::kRun:
      break;
  }
  return {};
}

// "2 working days earlier".
std::string offset_words(int offset, std::string_view later, std::string_view earlier) {
  const int days = std::abs(offset);
  return fmt::format("{} working day{} {}", days, days == 1 ? "" : "s",
                     offset > 0 ? later : earlier);
}

class MoveDays final : public SlotSource {
 public:
  MoveDays(std::unique_ptr<SlotSource> inner, const WorkingDayRule& rule, const Zone& zone,
           std::shared_ptr<const WorkingCalendar> calendar)
      : inner_(std::move(inner)),
        rule_(rule),
        zone_(zone),
        calendar_(std::move(calendar)),
        dates_(*calendar_, zone),
        slot_cost_(inner_->weight() + 10) {}

  Micros next(Micros after, Micros limit) const override {
    SearchBudget budget;
    const Day today = day_of(zone_.to_local(after + 1));
    auto day = dates_.is_working(today) ? std::optional(today) : dates_.after(today, budget);
    while (day && start_of(*day) <= limit + kDayUs) {
      const Landed landed = earliest_on(*day, after, budget);
      if (landed.at != kNever) return landed.at <= limit ? landed.at : kNever;
      day = target_behind(*day, landed.sources_end, budget);
    }
    return kNever;
  }

  int weight() const override { return SearchBudget::kWhole; }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    constexpr std::size_t kNotesMax = 12;
    const Day day = day_of(zone_.to_local(slot));
    for_each_source(slot, [&](Day from, Micros source) {
      if (notes.size() >= kNotesMax) return false;
      if (from == day) {
        inner_->explain(std::max(after, source - kDayUs), source, notes);
      } else {
        note_move(from, notes);
      }
      return true;
    });
  }

  Micros nominal_of(Micros slot) const override {
    const Day day = day_of(zone_.to_local(slot));
    Micros found = kNever;
    for_each_source(slot, [&](Day from, Micros source) {
      if (found == kNever || from == day) found = source;
      return true;
    });
    return found == kNever ? slot : inner_->nominal_of(found);
  }

  void left_out(Micros after, Micros limit, std::size_t most,
                std::vector<SkippedSlots>& out) const override {
    if (rule_.on_closed != NonWorkingDay::kSkip) return;
    find_left_out(*inner_, zone_, dates_, after, limit, most, out);
  }

  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    inner_->pitfalls(from, hints);
    never_open_pitfall(*this, *inner_, from, hints);
  }

  std::string describe(std::string_view zone) const override {
    std::string text = inner_->describe(zone);
    text += move_words(rule_.on_closed);
    if (rule_.offset != 0) text += ", then " + offset_words(rule_.offset, "later", "earlier");
    return text;
  }

 private:
  // The dates whose slots end up on one working date; none when last < first.
  struct Sources {
    Day first;
    Day last;
  };
  struct Landed {
    Micros at;           // kNever: nothing lands there after the moment asked about
    Micros sources_end;  // first instant behind all dates that move there
  };

  // Where the slots of a date go; nothing when they go nowhere.
  std::optional<Day> target(Day day, SearchBudget& budget) const {
    if (rule_.on_closed == NonWorkingDay::kSkip && !dates_.is_working(day)) return std::nullopt;
    const auto moved = dates_.target(day, rule_.on_closed, budget);
    return moved ? dates_.shifted(*moved, rule_.offset, budget) : std::nullopt;
  }

  // The working date, later than `day`, of the first slot at or after `from` that goes to one.
  std::optional<Day> target_behind(Day day, Micros from, SearchBudget& budget) const {
    for (Micros slot = from - 1; budget.spend(slot_cost_);) {
      slot = inner_->next(slot, kSearchEnd);
      if (slot == kNever) break;
      const Day date = day_of(zone_.to_local(slot));
      const auto found = target(date, budget);
      if (found && *found > day) return found;
      if (found) continue;
      const auto open = dates_.after(date, budget);
      if (!open || rule_.on_closed != NonWorkingDay::kSkip) break;
      slot = std::max(slot, zone_.first_instant(start_of(*open)) - 1);
    }
    return std::nullopt;
  }

  Sources sources_of(Day day, SearchBudget& budget) const {
    const auto core = dates_.shifted(day, -rule_.offset, budget);
    if (!core) return {day, day - 1};
    Sources sources{*core, *core};
    const bool ahead = rule_.on_closed == NonWorkingDay::kNext ||
                       rule_.on_closed == NonWorkingDay::kNearest ||
                       (rule_.on_closed == NonWorkingDay::kRun && rule_.offset < 0);
    const bool behind = rule_.on_closed == NonWorkingDay::kPrevious ||
                        rule_.on_closed == NonWorkingDay::kNearest ||
                        (rule_.on_closed == NonWorkingDay::kRun && rule_.offset > 0);
    const bool nearest = rule_.on_closed == NonWorkingDay::kNearest;
    if (ahead) {
      const auto before = dates_.before(*core, budget);
      const Day closed = before ? *core - *before - 1 : WorkingDates::kClosedRunMax;
      sources.first -= !nearest || !before ? closed : (closed + 1) / 2;
    }
    if (behind) {
      const auto after = dates_.after(*core, budget);
      const Day closed = after ? *after - *core - 1 : WorkingDates::kClosedRunMax;
      sources.last += !nearest || !after ? closed : closed / 2;
    }
    return sources;
  }

  // Same time of day on another date.
  Micros moved(Micros slot, Day to) const {
    const Micros local = zone_.to_local(slot);
    const Micros wanted = local - start_of(day_of(local)) + start_of(to);
    return rule_.overlap == DstOverlap::kSecond ? zone_.last_instant(wanted)
                                                : zone_.first_instant(wanted);
  }

  // Times of day up to this one land on `day` at or before `after`.
  Micros passed_time_of_day(Day day, Micros after) const {
    const Micros local = zone_.to_local(after);
    const Day today = day_of(local);
    if (today != day) return today < day ? kBeforeMidnight : kDayUs;
    const Span* span = zone_.span_at(after);
    Micros passed = local - start_of(day);
    if (rule_.overlap == DstOverlap::kSecond) {
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
    const Micros end = zone_.first_instant(start_of(std::max(sources.last, sources.first) + 1));
    Landed landed{rule_.offset == 0 ? inner_on_date(day, after) : kNever, end};
    if (sources.last < sources.first) landed.sources_end = zone_.first_instant(start_of(day));
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
    const Micros wanted = start_of(from) + zone_.to_local(at) - start_of(to);
    for (const Micros guess : {zone_.first_instant(wanted), zone_.last_instant(wanted)}) {
      if (inner_->next(guess - 1, guess) != kNever && moved(guess, to) == at) return guess;
    }
    // At the end of a gap the time of day is not the slot's own.
    const Micros any =
        inner_->next(zone_.first_instant(start_of(from)) - 1, zone_.last_instant(wanted));
    return any != kNever && day_of(zone_.to_local(any)) == from && moved(any, to) == at ? any
                                                                                        : kNever;
  }

  // Calls use(date, slot) for the slots that became `slot`, by date, while it says true.
  template <class Use>
  void for_each_source(Micros slot, Use use) const {
    constexpr Day kDatesMax = 400;
    SearchBudget budget;
    const Day day = day_of(zone_.to_local(slot));
    const Sources sources = sources_of(day, budget);
    const Day first = std::max(sources.first, sources.last - kDatesMax);
    for (Day from = first; from <= sources.last; ++from) {
      if (rule_.on_closed == NonWorkingDay::kSkip && !dates_.is_working(from)) continue;
      const Micros source = source_of(from, day, slot);
      if (source != kNever && !use(from, source)) return;
    }
  }

  void note_move(Day from, std::vector<std::string>& notes) const {
    SearchBudget budget;
    const auto base = dates_.target(from, rule_.on_closed, budget);
    if (base && *base != from) {
      notes.push_back(
          fmt::format("moved from {}: {}", format_date(from), dates_.closed_because(from)));
    }
    if (rule_.offset != 0 && base) {
      notes.push_back(offset_words(rule_.offset, "after ", "before ") + format_date(*base));
    }
  }

  std::unique_ptr<SlotSource> inner_;
  WorkingDayRule rule_;
  const Zone& zone_;
  std::shared_ptr<const WorkingCalendar> calendar_;
  WorkingDates dates_;
  int slot_cost_;
};

}  // namespace

std::unique_ptr<SlotSource> make_move_days(std::unique_ptr<SlotSource> inner,
                                           const WorkingDayRule& rule, const Zone& zone,
                                           std::shared_ptr<const WorkingCalendar> calendar) {
  return std::make_unique<MoveDays>(std::move(inner), rule, zone, std::move(calendar));
}

}  // namespace rota::schedule
