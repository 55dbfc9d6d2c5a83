// Databases on a read-only disk. SQLite keeps the state of its log in a file beside the database
// (-shm) and makes it even to read; where that cannot be made it reads only what is promised to
// stay as it is ("immutable", sqlite.org/wal.html#read_only_databases).
#pragma once

#include <string>

#include "rota/result.h"

namespace rota::store {

/// True: nothing can be made beside the file and no other program has it open, so it is to be
/// opened as immutable. Errors: kReadOnly where a log beside it holds changes that cannot be read
/// without writing.
Result<bool> must_stay_as_it_is(const std::string& path);

/// The name under which SQLite opens the file as immutable.
std::string immutable_name(const std::string& path);

}  // namespace rota::store
