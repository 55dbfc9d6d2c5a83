// Everything that is looked at before a file is used as Rota's database.
#pragma once

#include <memory>

#include "store/sqlite/connection.h"
#include "store/sqlite/database_file.h"
#include "store/sqlite/sqlite_store.h"

namespace rota::store {

/// The file, made when that is wanted, in a place that can be trusted.
Result<std::shared_ptr<DatabaseFile>> open_file(const SqliteOptions& options);

/// The connection that writes, on a checked and migrated file.
Result<std::unique_ptr<Connection>> open_database(const DatabaseFile& file,
                                                  const SqliteOptions& options, Instant now);

}  // namespace rota::store
