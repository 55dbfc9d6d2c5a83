// The pure heart of planning: given a task, its cursor and the time, what becomes of every slot up
// to a horizon, and which slot is the next to decide. It reads no clock and no database. Slots fall
// into three ranges in time: paused, missed and fresh; each has its rule, and each is bounded.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/catch_up.h"
#include "rota/task.h"
#include "store/store.h"

namespace rota::engine {

/// The first slot strictly after a moment.
using NextSlot = std::function<std::optional<Instant>(Instant)>;

/// Of more slots than this that do not run, the last keeps its row; the others become one range.
inline constexpr std::size_t kSkipRowsMax = 1000;
/// Slots looked at in one call; the rest follow in the next.
inline constexpr std::size_t kSlotsExaminedMax = 50'000;

struct PlanInput {
  const Task& task;
  Instant cursor{};  ///< The next slot to decide.
  Instant now{};
  Instant horizon{};         ///< Slots up to here are claimed ahead.
  Duration grace{};          ///< Up to this late a slot simply runs late.
  std::size_t runs_max = 1;  ///< At most so many slots to run.
  bool counts_from_finish = false;
  std::optional<model::Outage> outage = std::nullopt;  ///< The last one, if any is known.
  /// Slots that have come already and may still be taken (Overlap::kQueue); none: any number.
  std::optional<std::int64_t> places = std::nullopt;
  /// Since when slots of the task have awaited a place; none: they have not.
  std::optional<Instant> awaits_since = std::nullopt;
};

struct SlotPlan {
  std::vector<store::PlannedSlot> slots;
  std::vector<store::SkippedRange> ranges;  ///< More of them than kSkipRowsMax in a row.
  std::optional<Instant> next;  ///< The first slot not decided; none: no more, or after finish.
  bool awaits_place = false;    ///< `next` has come, and is decided when a run has ended.
};

/// Never decides a slot that is paused before its time has come: the pause may end sooner.
SlotPlan plan_slots(const PlanInput& in, const NextSlot& next);

}  // namespace rota::engine
