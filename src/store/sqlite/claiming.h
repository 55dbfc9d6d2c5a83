// Planning and claiming: which tasks are due, their slots as runs, and the queue.
#pragma once

#include <span>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/task_rows.h"
#include "store/store.h"

namespace rota::store {

/// Tasks whose rows cannot be used are left out and named in `wrong`.
Result<std::vector<DueTask>> query_due(Connection& connection, Instant until, std::size_t limit,
                                       std::vector<WrongTask>& wrong);
Result<std::optional<Instant>> query_next_due(Connection& connection, Instant until);
Result<std::vector<UnplannedTask>> query_unplanned(Connection& connection, std::size_t limit,
                                                   std::vector<WrongTask>& wrong);
Result<void> store_plans(Connection& connection, std::span<const PlanUpdate> plans, Instant now);

Result<std::vector<ClaimedRun>> claim(Connection& connection, NodeId node,
                                      std::span<const SlotClaim> claims, Instant now);
Result<ClaimedQueue> claim_from_queue(Connection& connection, NodeId node, Instant until,
                                      std::size_t limit);
Result<void> give_back(Connection& connection, NodeId node, std::span<const RunKey> runs);
Result<void> remove_claimed(Connection& connection, NodeId node, std::span<const RunKey> runs);
Result<std::vector<RunId>> mark_running(Connection& connection, NodeId node,
                                        std::span<const StartMark> marks);

}  // namespace rota::store
