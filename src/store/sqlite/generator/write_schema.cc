// Run by the build: makes every migration in memory and prints, as a C++ table, what SQLite has in
// its schema after each. schema_check.cc compares a file's schema with it; making the tables anew
// at each start would cost a command half of its time.
#include <sqlite3.h>

#include <cstdio>
#include <map>
#include <string>
#include <tuple>

#include "store/sqlite/migrations.h"

namespace {

struct Steps {
  std::int64_t first = 0;
  std::int64_t last = 0;
};
using Key = std::tuple<std::string, std::string, std::string, std::string>;

std::string column(sqlite3_stmt* row, int number) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, number));
  return text == nullptr ? "" : text;
}

bool execute(sqlite3* db, const std::string& sql) {
  char* error = nullptr;
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) == SQLITE_OK) return true;
  std::fprintf(stderr, "a migration cannot be applied: %s\n", error);
  return false;
}

bool note_schema(sqlite3* db, std::int64_t step, std::map<Key, Steps>& seen) {
  sqlite3_stmt* select = nullptr;
  if (sqlite3_prepare_v2(db,
                         "SELECT lower(name), type, lower(tbl_name), coalesce(sql, '')"
                         " FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                         -1, &select, nullptr) != SQLITE_OK) {
    return false;
  }
  while (sqlite3_step(select) == SQLITE_ROW) {
    const Key key{column(select, 0), column(select, 1), column(select, 2), column(select, 3)};
    seen.try_emplace(key, Steps{step, step}).first->second.last = step;
  }
  return sqlite3_finalize(select) == SQLITE_OK;
}

}  // namespace

int main() {
  sqlite3* db = nullptr;
  std::map<Key, Steps> seen;
  bool good = sqlite3_open(":memory:", &db) == SQLITE_OK &&
              execute(db, rota::store::kMakeMigrationTable) && note_schema(db, 0, seen);
  for (const auto& step : rota::store::known_migrations()) {
    good = good && execute(db, std::string(step.sql)) && note_schema(db, step.number, seen);
  }
  sqlite3_close(db);
  if (!good) return 1;
  std::printf("#include \"store/sqlite/schema_check.h\"\n\nnamespace rota::store {\nnamespace {\n");
  std::printf("constexpr SchemaObject kObjects[] = {\n");
  for (const auto& [key, steps] : seen) {
    const auto& [name, type, table, sql] = key;
    std::printf("{%lld, %lld, \"%s\", \"%s\", \"%s\", R\"sql(%s)sql\"},\n",
                static_cast<long long>(steps.first), static_cast<long long>(steps.last),
                name.c_str(), type.c_str(), table.c_str(), sql.c_str());
  }
  std::printf("};\n}  // namespace\n\nstd::span<const SchemaObject> known_schema() {");
  std::printf(" return kObjects; }\n}  // namespace rota::store\n");
  return 0;
}
