// A source of slots that are local times: a set of readings, a zone, and the clock-change rule that
// turns readings into instants.
#pragma once

#include <utility>

#include "schedule/clock_notes.h"

namespace rota::schedule {

/// `Slots` has: Micros next_local(Micros from, Micros until) const; std::string describe() const;
/// int weight() const as in SlotSource;
/// void pitfalls(const Zone&, ClockChangeRule, std::vector<std::string>&) const; and
/// Micros not_before() const, an instant before which there is no slot.
template <class Slots>
class LocalSource final : public SlotSource {
 public:
  LocalSource(Slots slots, const Zone& zone, ClockChangeRule rule)
      : slots_(std::move(slots)), zone_(zone), rule_(rule) {}

  Micros next(Micros after, Micros limit) const override {
    return next_instant(slots_, zone_, rule_, std::max(after, slots_.not_before() - 1), limit);
  }

  int weight() const override { return slots_.weight(); }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    explain_clock_changes(slots_, zone_, rule_, std::max(after, slots_.not_before() - 1), slot,
                          notes);
  }

  void pitfalls(std::vector<std::string>& hints) const override {
    slots_.pitfalls(zone_, rule_, hints);
  }

  std::string describe(std::string_view zone) const override {
    std::string text = slots_.describe();
    if (!zone.empty()) text.append(", ").append(zone);
    return text;
  }

 private:
  Slots slots_;
  const Zone& zone_;
  ClockChangeRule rule_;
};

}  // namespace rota::schedule
