// Questions about local readings. A reading is looked for in the few spans around it: no offset in
// the world's history since 1970 is larger than 15 hours, no jump larger than 24.
#include "schedule/zone.h"

#include <algorithm>

namespace rota::schedule {

namespace {
constexpr Micros kAround = 26LL * 3600 * kSecondUs;
}

Micros Zone::first_instant(Micros local) const {
  const Span* span = span_at(local - kAround);
  for (;; ++span) {
    if (local < span->local_start()) return span->start;  // only a gap lies before this span
    if (local < span->local_end()) return local - span->offset;
  }
}

Micros Zone::last_instant(Micros local) const {
  const Span* span = span_at(std::min(local + kAround, kSearchEnd));
  for (;; --span) {
    if (span != spans_.data() && local < span->local_start()) {
      if (local >= span->gap_from) return span->start;
      continue;
    }
    return local - span->offset;
  }
}

WallClock Zone::show(Micros at) const {
  const auto later =
      std::upper_bound(abbreviations_.begin(), abbreviations_.end(), at,
                       [](Micros value, const auto& entry) { return value < entry.first; });
  const auto& entry = later == abbreviations_.begin() ? *later : *std::prev(later);
  const Micros offset = span_at(at)->offset;
  return {at + offset, offset, entry.second};
}

}  // namespace rota::schedule
