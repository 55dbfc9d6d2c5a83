// Removing old runs: a bounded number of rows at a time, oldest first, so that housekeeping never
// keeps the writer for long.
#include "store/sqlite/run_rows.h"

namespace rota::store {
namespace {

// How many tasks one call looks at for more runs than they keep.
constexpr std::int64_t kTasksAtOnce = 100;

constexpr const char* kFinal = "status NOT IN ('queued', 'claimed', 'running')";

Result<std::size_t> remove_marked(Connection& connection) {
  auto output =
      connection.prepare("DELETE FROM run_output WHERE run_id IN (SELECT id FROM temp.pruned)");
  if (!output) return fail(output.error());
  if (auto done = output->run(); !done) return fail(done.error());
  auto runs = connection.prepare("DELETE FROM run WHERE id IN (SELECT id FROM temp.pruned)");
  if (!runs) return fail(runs.error());
  if (auto done = runs->run(); !done) return fail(done.error());
  return static_cast<std::size_t>(connection.changes());
}

Result<void> clear_marks(Connection& connection) {
  return connection.execute(
      "CREATE TEMP TABLE IF NOT EXISTS pruned (id INTEGER PRIMARY KEY); DELETE FROM temp.pruned");
}

// Oldest first by id: ids grow with time, so this walks only what will go.
Result<void> mark_old(Connection& connection, Instant before, std::size_t limit) {
  static const std::string sql =
      std::string(
          "INSERT INTO temp.pruned SELECT id FROM (SELECT id, finished_at, status FROM run"
          " ORDER BY id LIMIT ?) WHERE coalesce(finished_at, 0) < ? AND ") +
      kFinal;
  auto insert = connection.prepare(sql.c_str());
  if (!insert) return fail(insert.error());
  return insert->bind(static_cast<std::int64_t>(limit)).bind(before).run();
}

// Tasks are looked at in turn, a slice in each call; the place is kept in `setting`.
Result<void> mark_surplus(Connection& connection, std::size_t limit) {
  static const std::string sql =
      std::string(
          "INSERT OR IGNORE INTO temp.pruned SELECT id FROM ("
          " SELECT run.id, run.status, task.keep_runs,"
          "        row_number() OVER (PARTITION BY run.task_id ORDER BY run.id DESC) AS place"
          "   FROM task JOIN run ON run.task_id = task.id"
          "  WHERE task.keep_runs > 0 AND task.id > ?1 AND task.id <= ?1 + ?2)"
          " WHERE place > keep_runs AND ") +
      kFinal + " LIMIT ?3";
  const auto cursor =
      connection.integer("SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'prune_cursor'");
  if (!cursor) return fail(cursor.error());
  auto insert = connection.prepare(sql.c_str());
  if (!insert) return fail(insert.error());
  return insert->bind(cursor->value_or(0))
      .bind(kTasksAtOnce)
      .bind(static_cast<std::int64_t>(limit))
      .run();
}

Result<void> move_cursor(Connection& connection) {
  auto update = connection.prepare(
      "INSERT INTO setting (name, value) VALUES ('prune_cursor', CAST(?1 AS TEXT))"
      " ON CONFLICT (name) DO UPDATE SET value ="
      "  CASE WHEN CAST(value AS INTEGER) >= (SELECT coalesce(max(id), 0) FROM task) THEN '0'"
      "       ELSE CAST(CAST(value AS INTEGER) + ?1 AS TEXT) END");
  if (!update) return fail(update.error());
  return update->bind(kTasksAtOnce).run();
}

}  // namespace

Result<std::size_t> prune_runs(Connection& connection, const Retention& retention) {
  if (auto done = clear_marks(connection); !done) return fail(done.error());
  if (auto done = mark_old(connection, retention.finished_before, retention.limit); !done) {
    return fail(done.error());
  }
  if (auto done = mark_surplus(connection, retention.limit); !done) return fail(done.error());
  const auto removed = remove_marked(connection);
  if (!removed) return removed;
  // A slice that was cut short by the limit is looked at again.
  if (*removed < retention.limit) {
    if (auto done = move_cursor(connection); !done) return fail(done.error());
  }
  return removed;
}

}  // namespace rota::store
