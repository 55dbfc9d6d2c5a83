// Node sessions and what becomes of the runs of a dead one.
#pragma once

#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

Result<Lease> insert_node(Connection& connection, const NodeInfo& info, Instant now,
                          Duration lease);
Result<Lease> extend_lease(Connection& connection, NodeId node, Instant now, Duration lease);
/// Status "draining" or "dead" of one's own session.
Result<void> set_node_status(Connection& connection, NodeId node, std::string_view status);
Result<std::vector<NodeView>> query_nodes(Connection& connection);
/// kStale unless the session is alive.
Result<void> require_live(Connection& connection, NodeId node);
/// Declares every other session dead (a server that holds the file's lock is alone by proof) and
/// decides its runs.
Result<RescueReport> rescue_all_but(Connection& connection, NodeId rescuer, Instant now,
                                    int lost_max);

}  // namespace rota::store
