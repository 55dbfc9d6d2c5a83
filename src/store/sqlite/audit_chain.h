// The chain of the audit: what a row's hash covers, and how it is made with or without a key.
#pragma once

#include <string>
#include <string_view>

#include "rota/result.h"
#include "store/audit.h"

namespace rota::store {

/// What the hash of a signed row covers: the hash of the row before, then every column, texts with
/// their length in bytes before them. Documented in docs/security/README.md: others verify with it.
std::string signed_text(std::string_view previous, const AuditEntry& entry);

/// Of rows from before there were keys: SHA-256 in hexadecimal.
std::string plain_hash(std::string_view previous, const AuditEntry& entry);

/// The hash that belongs to the row, by its key_id. kNotFound: its key is not here.
Result<std::string> hash_of(AuditSeal* seal, std::string_view previous, const AuditEntry& entry);

/// Rows about the audit itself: the first signed with a key; behind which rows were pruned; the
/// audit did not end where it had ended before; somebody who may took it as it is then.
inline constexpr std::string_view kKeyAction = "audit.key";
inline constexpr std::string_view kPruneAction = "audit.prune";
inline constexpr std::string_view kBrokenAction = "audit.broken";
inline constexpr std::string_view kAcceptAction = "audit.accept";

}  // namespace rota::store
