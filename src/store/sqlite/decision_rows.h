// Decisions: what became of every due slot. Those that became runs are rows of `run`, or packed in
// `slot_history` once their runs are gone; those that a rule took away before are rows of
// `decision`.
#pragma once

#include <span>

#include "rota/decision.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

/// Ranges that are known already stay as they are.
Result<void> insert_skipped(Connection& connection, TaskId task,
                            std::span<const SkippedRange> ranges);
/// Forgets what was decided for slots after `now`, then inserts.
Result<void> replace_skipped(Connection& connection, TaskId task,
                             std::span<const SkippedRange> ranges, Instant now);
Result<Page<Decision>> query_decisions(Connection& connection, const DecisionQuery& query,
                                       Instant now);
/// What became of the slot of a run; none where the run has not ended or is of no slot.
Result<std::optional<Decision>> find_slot_decision(Connection& connection, RunId run);
/// Decisions of a task that is removed with its history.
Result<void> remove_decisions(Connection& connection, TaskId task);
/// By age, at most `limit`; returns how many went.
Result<std::size_t> remove_old_decisions(Connection& connection, Instant before, std::size_t limit);

}  // namespace rota::store
