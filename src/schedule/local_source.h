// A source of slots that are local times: a set of readings, a zone, and the clock-change rule that
// turns readings into instants.
#pragma once

#include <utility>

#include "schedule/clock_notes.h"

namespace rota::schedule {

/// `Slots` has: Micros next_local(Micros from, Micros until) const; std::string describe() const;
/// int weight() const as in SlotSource;
/// void pitfalls(const Zone&, ClockChangeRule, Micros, std::vector<std::string>&) const; and
/// Micros not_before() const, an instant before which there is no slot. It may have
/// void explain_date(Day, std::vector<std::string>&) const, why a date is one of its own; and
/// std::int64_t count_local(Micros from, Micros until) const, how many lie there on one date.
template <class Slots>
class LocalSource final : public SlotSource {
 public:
  LocalSource(Slots slots, const Zone& zone, ClockChangeRule rule)
      : slots_(std::move(slots)), zone_(zone), rule_(rule) {}

  Micros next(Micros after, Micros limit) const override {
    return next_instant(slots_, zone_, rule_, std::max(after, slots_.not_before() - 1), limit);
  }

  int weight() const override { return slots_.weight(); }

  std::int64_t count(Micros after, Micros limit) const override {
    if constexpr (requires { slots_.count_local(after, limit); }) {
      // On a date without a clock change nothing needs to be walked.
      const Span* span = zone_.span_at(after + 1);
      const Micros from = after + 1 + span->offset;
      const Micros until = limit + span->offset;
      const Day day = day_of(from);
      const bool plain = day == day_of(until) && limit < span->end && start_of(day) >= span->seen &&
                         start_of(day) > span->local_start() &&
                         (span == zone_.last_span() || start_of(day + 1) < span[1].local_start());
      if (plain) return slots_.count_local(from, until);
    }
    std::int64_t slots = 0;
    while (slots < kDaySeconds && (after = next(after, limit)) != kNever) ++slots;
    return slots;
  }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    if constexpr (requires { slots_.explain_date(Day{}, notes); }) {
      slots_.explain_date(day_of(zone_.to_local(slot)), notes);
    }
    explain_clock_changes(slots_, zone_, rule_, std::max(after, slots_.not_before() - 1), slot,
                          notes);
  }

  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    slots_.pitfalls(zone_, rule_, from, hints);
  }

  std::string describe(std::string_view zone) const override {
    std::string text = slots_.describe();
    if (!zone.empty()) text.append(", ").append(zone);
    return text;
  }

 private:
  static constexpr std::int64_t kDaySeconds = 100'000;  // more than any date has

  Slots slots_;
  const Zone& zone_;
  ClockChangeRule rule_;
};

}  // namespace rota::schedule
