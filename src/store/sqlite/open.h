// Everything that is looked at before a file is used as Rota's database.
#pragma once

#include <memory>

#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"

namespace rota::store {

/// The connection that writes, on a checked and migrated file.
Result<std::unique_ptr<Connection>> open_database(const SqliteOptions& options, Instant now);

}  // namespace rota::store
