// From local times to instants: what becomes of a reading that a clock change skips or repeats.
// Cron, calendar periods, relative dates and one-shots all name local times, so they share this one
// search. It goes through the zone's spans; inside a span local time is UTC plus a constant, and at
// its start stands the gap or the repetition that has to be decided.
#pragma once

#include <algorithm>
#include <optional>

#include "rota/schedule.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// The rule for skipped and repeated readings.
struct ClockChangeRule {
  DstGap gap = DstGap::kRunAfter;
  DstOverlap overlap = DstOverlap::kFirst;
};

/// Debian cron's rule for times that are fixed: late rather than never, once rather than twice.
inline constexpr ClockChangeRule kFixedTimeRule{DstGap::kRunAfter, DstOverlap::kFirst};

/// What follows elapsed time: every reading that is shown counts, as often as it is shown.
inline constexpr ClockChangeRule kElapsedRule{DstGap::kSkip, DstOverlap::kBoth};

inline ClockChangeRule with_overrides(ClockChangeRule rule, const ScheduleOptions& options) {
  return {options.dst_gap.value_or(rule.gap), options.dst_overlap.value_or(rule.overlap)};
}

/// Remembers the last answer of a set of local times. `Slots` gives next_local(from, until): the
/// first member at or after `from`; beyond `until` it may give up with kNever.
template <class Slots>
class LocalSearch {
 public:
  LocalSearch(const Slots& slots, Micros until) : slots_(slots), until_(until) {}

  Micros first_from(Micros local) {
    if (local < known_from_ || local > found_) {
      known_from_ = local;
      found_ = slots_.next_local(local, until_);
    }
    return found_;
  }

 private:
  const Slots& slots_;
  Micros until_;
  Micros known_from_ = kNever;
  Micros found_ = kNever;
};

/// The first instant in (after, limit] that stands for a member of `slots`, or kNever.
template <class Slots>
Micros next_instant(const Slots& slots, const Zone& zone, ClockChangeRule rule, Micros after,
                    Micros limit) {
  const Micros from = after + 1;
  if (from > limit) return kNever;
  const Span* const last = zone.last_span();
  LocalSearch<Slots> search(slots, limit + kDayUs);
  for (const Span* span = zone.span_at(from);; ++span) {
    if (span->start > limit) return kNever;
    if (rule.gap == DstGap::kRunAfter && span->begins_with_gap() && from <= span->start &&
        search.first_from(span->gap_from) < span->local_start()) {
      return span->start;
    }
    Micros local_from = std::max(from, span->start) + span->offset;
    Micros local_end = span->local_end();
    if (rule.overlap == DstOverlap::kFirst) {
      local_from = std::max(local_from, span->seen);
    } else if (rule.overlap == DstOverlap::kSecond && span != last) {
      local_end = std::min(local_end, span[1].local_start());
    }
    const Micros found = search.first_from(local_from);
    if (found < local_end) {
      const Micros at = found - span->offset;
      return at <= limit ? at : kNever;
    }
    if (span == last) return kNever;
  }
}

}  // namespace rota::schedule
