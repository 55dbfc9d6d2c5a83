#include "store/sqlite/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "store/sqlite/migrations.h"

namespace rota::store {

namespace {

Result<std::vector<TaskChange>> read_changes(Statement& select) {
  std::vector<TaskChange> changes;
  for (;;) {
    const auto row = select.step();
    if (!row) return fail(row.error());
    if (!*row) return changes;
    changes.push_back({select.integer(0), TaskId{select.integer(1)}, select.text(2),
                       select.instant(3), select.text(4), select.text(5), select.text(6)});
  }
}

}  // namespace

Result<std::vector<TaskChange>> query_changes(Connection& connection, std::int64_t after_seq,
                                              std::size_t limit) {
  auto select = connection.prepare(
      "SELECT seq, task_id, op, at, by, old_row, new_row FROM task_change WHERE seq > ?"
      " ORDER BY seq LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(after_seq).bind(static_cast<std::int64_t>(limit));
  return read_changes(*select);
}

Result<std::vector<TaskChange>> query_task_changes(Connection& connection, TaskId id,
                                                   std::int64_t before_seq, std::size_t limit) {
  auto select = connection.prepare(
      "SELECT seq, task_id, op, at, by, old_row, new_row FROM task_change"
      " WHERE task_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(id.value).bind(before_seq).bind(static_cast<std::int64_t>(limit));
  return read_changes(*select);
}

Result<std::int64_t> query_last_change(Connection& connection) {
  const auto last = connection.integer("SELECT coalesce(max(seq), 0) FROM task_change");
  if (!last) return fail(last.error());
  return last->value_or(0);
}

Result<StoreSummary> summary_of(Connection& connection, const std::string& path) {
  StoreSummary summary;
  summary.database = fmt::format("SQLite {}, {}", sqlite3_libversion(), path);
  const auto version = schema_version(connection);
  if (!version) return fail(version.error());
  summary.schema_version = *version;
  const std::pair<const char*, std::int64_t*> counts[] = {
      {"SELECT count(*) FROM task", &summary.tasks},
      {"SELECT count(*) FROM task WHERE active = 1", &summary.active_tasks},
      {"SELECT count(*) FROM task_execution WHERE schedule_error <> ''",
       &summary.tasks_with_errors},
      {"SELECT count(*) FROM run", &summary.runs},
      {"SELECT (SELECT count(*) FROM run WHERE status = 'queued') +"
       " (SELECT count(*) FROM run WHERE status IN ('claimed', 'running'))",
       &summary.unfinished_runs},
      {"SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM"
       " pragma_page_size)",
       &summary.bytes}};
  for (const auto& [sql, into] : counts) {
    const auto value = connection.integer(sql);
    if (!value) return fail(value.error());
    *into = value->value_or(0);
  }
  return summary;
}

Result<std::vector<std::string>> find_damage(Connection& connection) {
  const StatementTime long_time(connection, kLongStatementTime);
  auto check = connection.prepare_once("PRAGMA quick_check(20)");
  if (!check) return fail(check.error());
  std::vector<std::string> damage;
  for (;;) {
    const auto row = check->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    damage.push_back(check->text(0));
  }
  if (damage == std::vector<std::string>{"ok"}) damage.clear();
  return damage;
}

namespace {

// In steps, each waiting for other programs' locks no longer than the connection does.
int copy_pages(sqlite3_backup* backup) {
  constexpr int kPagesPerStep = 1024;
  constexpr int kBusyMax = 12;  // in a row: a minute with the usual waiting time
  for (int busy = 0;;) {
    const int code = sqlite3_backup_step(backup, kPagesPerStep);
    if (code == SQLITE_OK) {
      busy = 0;
    } else if ((code != SQLITE_BUSY && code != SQLITE_LOCKED) || ++busy == kBusyMax) {
      return code;
    }
  }
}

}  // namespace

Result<void> copy_database(Connection& connection, const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::kAlreadyExists, fmt::format("there is already a file '{}'", path),
                "choose another name");
  }
  // One snapshot for the whole copy: a write of anybody else between two steps would make it begin
  // from the start, and under steady writes it would never end.
  const auto snapshot = Snapshot::take(connection);
  if (!snapshot) return fail(snapshot.error());
  auto target = Connection::open(path, Access::kCreate);
  if (!target) return fail(target.error());
  sqlite3* to = (*target)->handle();
  sqlite3_backup* backup = sqlite3_backup_init(to, "main", connection.handle(), "main");
  if (backup == nullptr) {
    return fail(
        sqlite_error(sqlite3_extended_errcode(to), "starting a backup", sqlite3_errmsg(to)));
  }
  const int code = copy_pages(backup);
  sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE) return {};
  target->reset();
  std::filesystem::remove(path, ignored);
  return fail(sqlite_error(code, "backing up the database", sqlite3_errstr(code)));
}

}  // namespace rota::store
