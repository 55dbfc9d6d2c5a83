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

}  // namespace rota::schedule
