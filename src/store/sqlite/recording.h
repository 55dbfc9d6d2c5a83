// Final results: one transaction for many, each checked against the fence its owner holds.
#pragma once

#include <span>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

Result<RecordReport> record_results(Connection& connection, NodeId node,
                                    std::span<const RunResult> results, Instant now);

}  // namespace rota::store
