// Looking at every row of the audit, and removing old ones behind a row that says so.
#pragma once

#include <span>

#include "store/accounts.h"
#include "store/sqlite/audit_rows.h"
#include "store/sqlite/connection.h"

namespace rota::store {

/// `heads`: places that the audit had reached before this began to read.
Result<AuditVerdict> check_audit(Connection& connection, AuditSeal* seal,
                                 std::span<const AuditHead> heads);

Result<std::optional<AuditHead>> find_prunable(Connection& connection, Instant before);

/// Writes the row behind which all up to `through` may go. kNotFound unless it is a row's.
Result<WrittenAudit> insert_prune_row(Connection& connection, AuditSeal* seal,
                                      const AuditHead& through, AuditNote note, Instant now);
/// Removes at most `limit` of these; how many.
Result<std::int64_t> delete_pruned(Connection& connection, std::int64_t limit);

}  // namespace rota::store
