// Says, for people, what a clock change did to a slot: moved it, doubled it or left it out.
#pragma once

#include <string>
#include <vector>

#include "schedule/civil.h"
#include "schedule/clock_change.h"

namespace rota::schedule {

/// "2026-03-29 01:30:00".
std::string format_local(Micros local);
/// "01:30", with seconds or a fraction only where there are some.
std::string format_time_of_day(Micros local);
/// "2026-03-29".
std::string format_date(Day day);

std::string note_moved_out_of_gap(Micros skipped, Micros slot_local);
std::string note_left_out_in_gap(Micros skipped);
std::string note_repeated(Micros local, bool first_pass, DstOverlap rule);
std::string warn_repeated(Micros local, DstOverlap rule);

/// Adds the notes of every clock change between `after` and `slot`.
template <class Slots>
void explain_clock_changes(const Slots& slots, const Zone& zone, ClockChangeRule rule, Micros after,
                           Micros slot, std::vector<std::string>& notes) {
  constexpr std::size_t kNotesMax = 3;
  const Span* const here = zone.span_at(slot);
  for (const Span* span = zone.span_at(after + 1); span <= here; ++span) {
    if (!span->begins_with_gap() || span->start <= after || notes.size() >= kNotesMax) continue;
    const Micros skipped = slots.next_local(span->gap_from, span->local_start());
    if (skipped >= span->local_start()) continue;
    if (rule.gap == DstGap::kSkip) {
      notes.push_back(note_left_out_in_gap(skipped));
    } else if (span->start == slot) {
      notes.push_back(note_moved_out_of_gap(skipped, slot + here->offset));
    }
  }
  const Micros local = slot + here->offset;
  if (local < here->seen && slot != here->start) {
    notes.push_back(note_repeated(local, false, rule.overlap));
  } else if (here != zone.last_span() && local >= here[1].local_start()) {
    notes.push_back(note_repeated(local, true, rule.overlap));
  }
}

/// The first clock change of the ten years after `from` that skips or repeats a slot's reading, as
/// an example with its date. Says nothing where slots come every hour and so hardly notice.
template <class Slots>
void clock_change_pitfall(const Slots& slots, const Zone& zone, ClockChangeRule rule, Micros from,
                          std::vector<std::string>& hints) {
  constexpr Micros kHourUs = 3600 * kSecondUs;
  const Micros until = from + 3'653 * kDayUs;
  const auto has_slot = [&](Micros low, Micros high) { return slots.next_local(low, high) < high; };
  bool gap = false;
  bool repeat = false;
  for (const Span* span = zone.span_at(from); span != zone.last_span();) {
    ++span;
    if (span->start > until || (gap && repeat)) return;
    const bool skips = span->begins_with_gap();
    const Micros low = skips ? span->gap_from : span->local_start();
    const Micros high = skips ? span->local_start() : span->seen;
    if (low >= high || (skips ? gap : repeat) || !has_slot(low, high)) continue;
    if (has_slot(low - kHourUs, low) && has_slot(high, high + kHourUs)) continue;
    const Micros reading = slots.next_local(low, high);
    if (!skips) {
      hints.push_back(warn_repeated(reading, rule.overlap));
      repeat = true;
    } else {
      hints.push_back(rule.gap == DstGap::kSkip ? note_left_out_in_gap(reading)
                                                : note_moved_out_of_gap(reading, high));
      gap = true;
    }
  }
}

}  // namespace rota::schedule
