// Rows of `audit`: adding one with its place in the chain of hashes, reading, finding a break.
#pragma once

#include "store/accounts.h"
#include "store/sqlite/connection.h"

namespace rota::store {

Result<void> insert_audit(Connection& connection, const AuditNote& note, Instant now);
Result<Page<AuditEntry>> query_audit(Connection& connection, const AuditQuery& query);
Result<std::optional<std::int64_t>> find_broken_audit(Connection& connection);

}  // namespace rota::store
