// Rows of `audit`: adding one with its place in the chain of hashes, and reading.
#pragma once

#include <vector>

#include "store/accounts.h"
#include "store/sqlite/connection.h"

namespace rota::store {

#define AUDIT_COLUMNS "seq, at, who, address, action, object, before, after, count, key_id, hash"

/// Of AUDIT_COLUMNS.
AuditEntry read_audit_row(const Statement& row);

/// The newest row; none: there is none.
Result<std::optional<AuditEntry>> find_last_audit(Connection& connection);

/// What is to be kept as head once the row is durable.
struct WrittenAudit {
  AuditHead head;
  AuditSeal::Keep keep = AuditSeal::Keep::kNewest;
};

/// `seal` may be null: then the row is chained by a plain hash. The first row under a key stands
/// behind one that says so; where the audit does not hold the row that the head names (rows were
/// cut off its end), a row that says so is written first, so that later rows do not hide it.
Result<WrittenAudit> insert_audit(Connection& connection, AuditSeal* seal, const AuditNote& note,
                                  Instant now);

/// After the commit. What goes wrong leaves an older head, which is still true.
inline void keep_audit_head(AuditSeal* seal, const WrittenAudit& written) {
  if (seal != nullptr && written.head.seq > 0) (void)seal->keep_head(written.head, written.keep);
}

Result<Page<AuditEntry>> query_audit(Connection& connection, const AuditQuery& query);
Result<std::vector<AuditEntry>> query_audit_from(Connection& connection, std::int64_t from_seq,
                                                 std::size_t limit);

}  // namespace rota::store
