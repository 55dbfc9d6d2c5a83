#include "store/sqlite/run_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/names.h"

namespace rota::store {
namespace {

constexpr std::size_t kPageMost = 1000;

Error no_such_run(RunId id) {
  return Error{ErrorCode::kNotFound,
               fmt::format("there is no run {}", id.value),
               "`rota runs` shows the newest ones",
               std::nullopt,
               {}};
}

std::string conditions_of(const RunQuery& query, std::int64_t before) {
  std::string where = query.task_id ? "task_id = ?" : "1";
  if (before > 0) where += fmt::format(" AND id < {}", before);
  if (!query.include_skipped) where += " AND status <> 'skipped'";
  if (query.statuses.empty()) return where;
  where += " AND status IN (";
  for (std::size_t i = 0; i < query.statuses.size(); ++i) {
    where += fmt::format("{}'{}'", i == 0 ? "" : ", ", model::to_word(query.statuses[i]));
  }
  return where + ")";
}

}  // namespace

Run read_run(const Statement& row) {
  Run run;
  int at = 0;
  run.id = RunId{row.integer(at++)};
  run.task_id = TaskId{row.integer(at++)};
  run.task_version = row.integer(at++);
  run.scheduled_for = row.instant(at++);
  run.cause = model::parse_word<RunCause>("cause", row.text(at++)).value_or(RunCause::kSchedule);
  run.status = model::parse_word<RunStatus>("status", row.text(at++)).value_or(RunStatus::kFailed);
  run.reason = row.text(at++);
  run.attempt = static_cast<int>(row.integer(at++));
  if (const auto first = row.optional_integer(at++)) run.first_run_id = RunId{*first};
  run.priority = static_cast<int>(row.integer(at++));
  run.available_at = row.instant(at++);
  if (const auto node = row.optional_integer(at++)) run.node_id = NodeId{*node};
  run.fence = row.integer(at++);
  run.started_at = row.optional_instant(at++);
  run.finished_at = row.optional_instant(at++);
  run.duration_ms = row.optional_integer(at++);
  run.result = row.text(at++);
  run.error = row.text(at++);
  run.output_bytes = row.integer(at++);
  run.metadata = row.text(at++);
  run.requested_by = row.text(at++);
  return run;
}

Result<std::vector<Run>> read_runs(Statement& statement) {
  std::vector<Run> runs;
  for (;;) {
    const auto row = statement.step();
    if (!row) return fail(row.error());
    if (!*row) return runs;
    runs.push_back(read_run(statement));
  }
}

Result<Run> insert_run(Connection& connection, const NewRun& run, Instant now) {
  auto insert = connection.prepare(
      "INSERT INTO run (task_id, task_version, scheduled_for, cause, status, priority,"
      " available_at, metadata, requested_by)"
      " SELECT id, version, ?, ?, 'queued', priority, ?, ?, ? FROM task WHERE id = ?");
  if (!insert) return fail(insert.error());
  const auto done = insert->bind(now)
                        .bind(model::to_word(run.cause))
                        .bind(now)
                        .bind(run.metadata)
                        .bind(run.requested_by)
                        .bind(run.task_id.value)
                        .run();
  if (!done) return fail(done.error());
  if (connection.changes() == 0) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no task {}", run.task_id.value),
                "`rota task list` shows all tasks");
  }
  return find_run(connection, RunId{connection.last_insert_id()});
}

Result<Run> find_run(Connection& connection, RunId id) {
  auto select = connection.prepare("SELECT " ROTA_RUN_COLUMNS " FROM run WHERE id = ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(id.value).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(no_such_run(id));
  return read_run(*select);
}

Result<Page<Run>> query_runs(Connection& connection, const RunQuery& query) {
  std::int64_t before = 0;
  if (!query.cursor.empty()) {
    const char* end = query.cursor.data() + query.cursor.size();
    const auto [stop, code] = std::from_chars(query.cursor.data(), end, before);
    if (code != std::errc{} || stop != end || before <= 0) {
      return fail(ErrorCode::kInvalidArgument, "the cursor is not one of this list",
                  "take next_cursor from the page before");
    }
  }
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kPageMost);
  auto select = connection.prepare_once(fmt::format("SELECT " ROTA_RUN_COLUMNS
                                                    " FROM run WHERE {} ORDER BY id DESC LIMIT {}",
                                                    conditions_of(query, before), limit + 1));
  if (!select) return fail(select.error());
  if (query.task_id) select->bind(query.task_id->value);
  auto rows = read_runs(*select);
  if (!rows) return fail(rows.error());
  Page<Run> page{std::move(*rows), {}, -1};
  if (page.rows.size() > limit) {
    page.rows.pop_back();
    page.next_cursor = std::to_string(page.rows.back().id.value);
  }
  return page;
}

Result<void> insert_output(Connection& connection, std::span<const OutputChunk> chunks) {
  auto insert = connection.prepare(
      "INSERT INTO run_output (run_id, seq, stream, bytes) VALUES (?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING");
  if (!insert) return fail(insert.error());
  for (const OutputChunk& chunk : chunks) {
    const auto done = insert->bind(chunk.run_id.value)
                          .bind(chunk.seq)
                          .bind(chunk.stream)
                          .bind_blob(chunk.bytes)
                          .run();
    if (!done) return done;
  }
  return {};
}

Result<std::vector<OutputChunk>> find_output(Connection& connection, RunId id,
                                             std::int64_t after_seq, std::size_t bytes_max) {
  auto select = connection.prepare(
      "SELECT seq, stream, bytes FROM run_output WHERE run_id = ? AND seq > ? ORDER BY seq");
  if (!select) return fail(select.error());
  select->bind(id.value).bind(after_seq);
  std::vector<OutputChunk> chunks;
  std::size_t size = 0;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return chunks;
    OutputChunk chunk{id, select->integer(0), static_cast<int>(select->integer(1)),
                      select->text(2)};
    size += chunk.bytes.size();
    if (size > bytes_max && !chunks.empty()) return chunks;
    chunks.push_back(std::move(chunk));
  }
}

Result<std::optional<RunId>> find_predecessor(Connection& connection, TaskId task, RunId run) {
  auto select = connection.prepare(
      "SELECT max(id) FROM run WHERE task_id = ? AND status IN ('claimed', 'running') AND id < ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(task.value).bind(run.value).step();
  if (!row) return fail(row.error());
  if (!*row || select->is_null(0)) return std::optional<RunId>{};
  return std::optional<RunId>{RunId{select->integer(0)}};
}

}  // namespace rota::store
