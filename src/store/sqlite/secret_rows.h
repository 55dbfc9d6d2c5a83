// Rows of `secret`. Functions over one connection; the caller decides about transactions and writes
// the audit.
#pragma once

#include "store/secrets.h"
#include "store/sqlite/connection.h"

namespace rota::store {

Result<std::vector<SealedSecret>> query_secrets(Connection& connection);
Result<SealedSecret> find_secret(Connection& connection, std::string_view name);
Result<void> insert_secret(Connection& connection, const SealedSecret& secret, Instant now);
Result<void> change_secret(Connection& connection, const SealedSecret& secret, Instant now);
Result<void> delete_secret(Connection& connection, std::string_view name);
/// Nonce, ciphertext and key alone: the value stays the same.
Result<void> change_seal(Connection& connection, const SealedSecret& secret);
Result<void> mark_secret_used(Connection& connection, SecretId id, Instant at);

}  // namespace rota::store
