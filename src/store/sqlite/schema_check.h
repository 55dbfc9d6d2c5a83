// Whether a file's tables are those that Rota's migrations make. A file made by somebody else can
// hold a view without end where a table should be, or a trigger of its own on ours; it is refused
// by its schema alone, before anything in it is read.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rota/result.h"
#include "store/sqlite/connection.h"

namespace rota::store {

/// A table, index or trigger that the migrations make, as it stands in sqlite_schema.
struct SchemaObject {
  std::int64_t first_step;  ///< It stands there after these steps.
  std::int64_t last_step;
  std::string_view name;  ///< In lower case, as SQLite compares names.
  std::string_view type;
  std::string_view table;  ///< That an index or trigger belongs to; else its own name.
  std::string_view sql;
};

/// All of them, by name; generated from migrations/*.sql by the build (generator/write_schema.cc).
std::span<const SchemaObject> known_schema();

/// Objects of one schema, those of other programs included; kCorrupt above it.
inline constexpr std::int64_t kSchemaObjectsMax = 5000;

/// The number of the last migration that the file has seen; 0 for an empty file. Tables, views and
/// triggers of other programs may stand beside Rota's as long as they keep off its tables and
/// names. Errors: kCorrupt, naming the object and what to do, also when the file belongs to another
/// program or another build of Rota; kSchemaTooNew. Changes nothing.
Result<std::int64_t> check_schema(Connection& connection);

}  // namespace rota::store
