// Brings a database to the schema this program knows: numbered steps, each in a transaction, each
// remembered with a checksum of its text. A database from a newer program is refused.
#pragma once

#include <span>
#include <string_view>

#include "rota/result.h"
#include "store/sqlite/connection.h"

namespace rota::store {

struct Migration {
  std::int64_t number;    ///< 1, 2, ... without gaps.
  std::string_view name;  ///< File name below migrations/, without ".sql".
  std::string_view sql;
};

/// Every step this program knows, in order; generated from migrations/*.sql by the build.
std::span<const Migration> known_migrations();

/// kCorrupt when the file holds something that is not Rota's; kSchemaTooNew when a newer program
/// wrote it; kReadOnly when steps are missing and the file may not be written.
Result<void> migrate(Connection& connection, Instant now);

/// Refuses a schema that this program cannot use, changing nothing.
Result<std::int64_t> schema_version(Connection& connection);

}  // namespace rota::store
