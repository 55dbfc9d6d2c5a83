#include "store/sqlite/schema_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "store/sqlite/migrations.h"

namespace rota::store {
namespace {

struct Found {
  std::string type;
  std::string table;
  std::string sql;
};
using Schema = std::map<std::string, Found, std::less<>>;
using Expected = std::map<std::string_view, SchemaObject>;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// SQLite's own tables (sqlite_sequence, sqlite_stat1) and the indexes it makes for UNIQUE.
bool is_internal(std::string_view name) { return name.starts_with("sqlite_"); }

Result<Schema> read_schema(Connection& connection) {
  auto select = connection.prepare_once("SELECT name, type, tbl_name, sql FROM sqlite_schema");
  if (!select) return fail(select.error());
  Schema schema;
  for (std::int64_t count = 0;; ++count) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return schema;
    if (count == kSchemaObjectsMax) {
      return fail(
          ErrorCode::kCorrupt,
          fmt::format("the file holds more than {} tables, views and triggers", kSchemaObjectsMax),
          "name another file with --db; this one has not been touched");
    }
    std::string name = lower(select->text(0));
    if (is_internal(name)) continue;
    schema.emplace(std::move(name),
                   Found{select->text(1), lower(select->text(2)), select->text(3)});
  }
}

Expected expected_after(std::int64_t step) {
  Expected expected;
  for (const SchemaObject& object : known_schema()) {
    if (object.first_step <= step && step <= object.last_step) {
      expected.emplace(object.name, object);
    }
  }
  return expected;
}

Error changed(std::string_view what) {
  return Error{
      ErrorCode::kCorrupt,
      std::string(what),
      "another program has changed Rota's tables: undo that, or restore a backup; the file has not "
      "been touched",
      std::nullopt,
      {}};
}

// A full-text index keeps tables of its own, whose texts differ between releases of SQLite.
bool is_shadow(const Expected& expected, std::string_view name) {
  const std::size_t end = name.rfind('_');
  if (end == std::string_view::npos) return false;
  const auto owner = expected.find(name.substr(0, end));
  return owner != expected.end() && owner->second.sql.starts_with("CREATE VIRTUAL TABLE");
}

Result<void> compare_one(const Schema& found, const SchemaObject& wanted, bool any_text) {
  const auto there = found.find(wanted.name);
  if (there == found.end()) {
    return fail(changed(fmt::format("the {} '{}' is missing", wanted.type, wanted.name)));
  }
  const Found& object = there->second;
  if (object.type == wanted.type && object.table == wanted.table &&
      (any_text || object.sql == wanted.sql)) {
    return {};
  }
  return fail(
      changed(fmt::format("the {} '{}' is not the one that Rota makes", object.type, wanted.name)));
}

Result<void> compare(const Schema& found, const Expected& expected) {
  for (const auto& [name, wanted] : expected) {
    if (auto same = compare_one(found, wanted, is_shadow(expected, name)); !same) return same;
  }
  for (const auto& [name, object] : found) {
    if (expected.contains(name) || !expected.contains(object.table)) continue;
    return fail(changed(fmt::format("there is a foreign {} '{}' on Rota's table '{}'", object.type,
                                    name, object.table)));
  }
  return {};
}

}  // namespace

Result<std::int64_t> check_schema(Connection& connection) {
  const auto found = read_schema(connection);
  if (!found) return fail(found.error());
  if (found->empty()) return 0;
  const Expected ledger = expected_after(0);
  if (!found->contains(ledger.begin()->first)) {
    return fail(ErrorCode::kCorrupt, "this SQLite database belongs to another program",
                "name another file with --db; this one has not been touched");
  }
  // Before the list of migrations is read: it could be a view that never ends.
  if (auto ours = compare_one(*found, ledger.begin()->second, false); !ours) {
    return fail(ours.error());
  }
  const auto version = schema_version(connection);
  if (!version) return fail(version.error());
  if (auto same = compare(*found, expected_after(*version)); !same) return fail(same.error());
  return *version;
}

}  // namespace rota::store
