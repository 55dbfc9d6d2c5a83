#include "store/sqlite/migrations.h"

#include <fmt/format.h>

namespace rota::store {
namespace {

// FNV-1a: only notices that a step's text was changed after it was released.
std::int64_t checksum(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return static_cast<std::int64_t>(hash >> 1);
}

Result<void> apply(Connection& connection, const Migration& step, Instant now) {
  if (auto done = connection.execute(std::string(step.sql)); !done) return done;
  auto insert = connection.prepare_once(
      "INSERT INTO migration (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  return insert->bind(step.number).bind(step.name).bind(checksum(step.sql)).bind(now).run();
}

Result<std::int64_t> highest_step(Connection& connection) {
  const auto there =
      connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'migration'");
  if (!there) return fail(there.error());
  if (there->value_or(0) == 0) return 0;
  const auto highest = connection.integer("SELECT coalesce(max(number), 0) FROM migration");
  if (!highest) return fail(highest.error());
  return highest->value_or(0);
}

// A step whose text is another than when it was applied: the tables are not those that this program
// was written for.
Result<void> check_steps(Connection& connection, std::int64_t highest) {
  if (highest == 0) return {};
  auto select = connection.prepare("SELECT checksum FROM migration WHERE number = ?");
  if (!select) return fail(select.error());
  for (const Migration& step : known_migrations()) {
    if (step.number > highest) break;
    const auto row = select->again().bind(step.number).step();
    if (!row) return fail(row.error());
    if (*row && select->integer(0) == checksum(step.sql)) continue;
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("the tables were made by another build of Rota (step {} differs)", step.name),
        "use the Rota that made them, or a new file; this one has not been touched");
  }
  return {};
}

}  // namespace

Result<std::int64_t> schema_version(Connection& connection) {
  const auto highest = highest_step(connection);
  if (!highest) return fail(highest.error());
  const std::int64_t known = known_migrations().back().number;
  if (*highest > known) {
    return fail(
        ErrorCode::kSchemaTooNew,
        fmt::format("the database has schema {}, this program knows up to {}", *highest, known),
        "use the newer Rota that wrote it; the file has not been touched");
  }
  if (auto same = check_steps(connection, *highest); !same) return fail(same.error());
  return *highest;
}

Result<void> migrate(Connection& connection, Instant now, std::int64_t last) {
  const auto before = schema_version(connection);
  if (!before) return fail(before.error());
  for (const Migration& step : known_migrations()) {
    if (step.number <= *before || step.number > last) continue;
    if (auto begun = connection.execute("BEGIN EXCLUSIVE"); !begun) return begun;
    // Another process may have been faster while this one waited for the lock.
    const auto reached = highest_step(connection);
    Result<void> done;
    if (!reached) {
      done = fail(reached.error());
    } else if (*reached < step.number) {
      done = connection.execute(kMakeMigrationTable);
      if (done) done = apply(connection, step, now);
    }
    if (done) done = connection.execute("COMMIT");
    if (!done) {
      (void)connection.execute("ROLLBACK");
      return done;
    }
  }
  return {};
}

}  // namespace rota::store
