// Brings a database to the schema this program knows: numbered steps, each in a transaction, each
// remembered with a checksum of its text. A database from a newer program is refused.
#pragma once

#include <limits>
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

/// For a file whose tables have been checked (schema_check.h). Errors: those of schema_version();
/// kReadOnly when steps are missing and the file may not be written. `last`: no step after it.
Result<void> migrate(Connection& connection, Instant now,
                     std::int64_t last = std::numeric_limits<std::int64_t>::max());

/// The number of the last step that was applied to a file whose tables have been checked
/// (schema_check.h); 0: none yet. Errors: kSchemaTooNew; kCorrupt when another build of Rota made
/// it. Changes nothing.
Result<std::int64_t> schema_version(Connection& connection);

/// The table that remembers the steps.
inline constexpr std::string_view kMigrationTable = "migration";
inline constexpr const char* kMakeMigrationTable =
    "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY NOT NULL,"
    " name TEXT NOT NULL, checksum INTEGER NOT NULL, applied_at INTEGER NOT NULL) STRICT";

}  // namespace rota::store
