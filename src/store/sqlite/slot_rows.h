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

/// Binds the word of a kind; nothing for kNone.
Statement& bind_kind(Statement& to, SkipKind kind);

/// One slot of one claim that is to run.
struct NewSlot {
  const SlotClaim* claim = nullptr;
  const PlannedSlot* slot = nullptr;
};

/// The ids of the new rows, in order; none where the slot has a run already.
Result<std::vector<std::optional<RunId>>> insert_slots(Connection& connection, NodeId node,
                                                       std::span<const NewSlot> slots);
/// The rows of a claim's slots that do not run.
Result<void> insert_skips(Connection& connection, NodeId node, const SlotClaim& claim, Instant now);
/// Names the run that was taken instead of a claim's earlier slots.
Result<void> name_later_run(Connection& connection, const SlotClaim& claim, RunId run);

/// The youngest claimed or running run of each of these tasks that has one.
Result<std::unordered_map<std::int64_t, RunId>> find_held(Connection& connection,
                                                          std::span<const NewSlot> slots);

}  // namespace rota::store
