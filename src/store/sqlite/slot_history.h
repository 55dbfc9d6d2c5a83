// What became of slots whose runs are gone: pieces of up to 512 slots of one task, packed, none
// overlapping another of its task.
#pragma once

#include <span>
#include <vector>

#include "rota/decision.h"
#include "store/sqlite/connection.h"

namespace rota::store {

/// Where a page of decisions begins: what comes before it, newest first, by slot and task.
struct HistoryPosition {
  std::int64_t slot = 0;
  std::int64_t task = 0;
};

/// Adds slots of any tasks, in any order. A slot that is there already is replaced.
Result<void> add_history(Connection& connection, std::vector<Decision> slots);

/// The newest slots before the position, newest first, at most `limit`. kLimitExceeded when the
/// histories of too many tasks would have to be looked through.
Result<std::vector<Decision>> query_history(Connection& connection, const DecisionQuery& query,
                                            const HistoryPosition& position, std::size_t limit);

/// Pieces whose last slot is older, and names of tasks removed before that; returns how many.
Result<std::size_t> remove_old_history(Connection& connection, Instant before, std::size_t limit);
/// All of a task.
Result<void> forget_history(Connection& connection, TaskId task);

}  // namespace rota::store
