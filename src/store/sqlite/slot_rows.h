// Slots become rows of `run`, many with one statement: what a statement costs by itself (its
// cursors, and the row of sqlite_sequence) is paid once for all of them.
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

/// One slot of one claim.
struct NewSlot {
  const SlotClaim* claim = nullptr;
  const PlannedSlot* slot = nullptr;
};

/// The ids of the new rows, in order; none where the slot has a run already.
Result<std::vector<std::optional<RunId>>> insert_slots(Connection& connection, NodeId node,
                                                       std::span<const NewSlot> slots, Instant now);

/// The youngest claimed or running run of each of these tasks that has one.
Result<std::unordered_map<std::int64_t, RunId>> find_held(Connection& connection,
                                                          std::span<const NewSlot> slots);

}  // namespace rota::store
