// The core of every "what would change": two schedules side by side over a window. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rota/schedule.h"

namespace rota::preview {

enum class SlotChangeKind { kAppears, kVanishes, kMoves };

/// "appears", "vanishes", "moves".
std::string_view name_of(SlotChangeKind kind);

struct SlotChange {
  SlotChangeKind kind = SlotChangeKind::kAppears;
  std::optional<Instant> from;  ///< The slot as it is; none when it appears.
  std::optional<Instant> to;    ///< The slot as it would be; none when it vanishes.
  std::string why;              ///< "Christmas Eve"; may be empty.

  Instant at() const { return from ? *from : *to; }
};

/// One of the two sides. Pointers may be null: no schedule has no slots (a task that is added,
/// removed or switched off); no calendar knows no reasons.
struct Side {
  const Schedule* schedule = nullptr;
  const WorkingCalendar* calendar = nullptr;
};

/// What one comparison may look at.
struct DifferenceLimits {
  Duration window = std::chrono::hours{24 * 60};
  std::size_t slots_max = 20'000;  ///< Of each side.
  std::size_t changes_max = 500;   ///< That are listed; all are counted.
};

struct ScheduleDifference {
  std::vector<SlotChange> changes;  ///< By time; at most changes_max.
  std::size_t appear = 0;
  std::size_t vanish = 0;
  std::size_t move = 0;
  std::size_t slots_read = 0;
  Instant
      until{};  ///< Compared up to here; before the end of the window when slots_max was reached.
};

/// Slots after `from`, up to from + window. A slot that vanishes and one that appears within two
/// weeks are one that moves when they have the same nominal moment, local date or time of day.
ScheduleDifference compare(const Side& before, const Side& after, Instant from,
                           const DifferenceLimits& limits = {});

}  // namespace rota::preview
