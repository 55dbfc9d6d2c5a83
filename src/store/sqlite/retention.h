// Old runs go: by age, by the size of the database, and beyond what each task keeps. What became of
// their slots stays, packed.
#pragma once

#include <span>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

/// Where the next look begins; kept between two calls.
struct PrunePosition {
  std::int64_t run = 0;
  std::int64_t task = 0;
};

/// Finished runs to remove, at most `retention.limit`. Looks at a bounded part of both tables and
/// moves the position on.
Result<std::vector<RunId>> find_old_runs(Connection& connection, const Retention& retention,
                                         PrunePosition& position);
/// Slots before `decided_before` are forgotten with their runs.
Result<std::size_t> remove_runs(Connection& connection, std::span<const RunId> runs,
                                Instant decided_before);
/// Old rows of task_change, except the latest hundred thousand.
Result<void> remove_old_changes(Connection& connection, Instant before);

}  // namespace rota::store
