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

// Rows that one page looks through: where few of very many match, a page may come short (even
// empty) and its cursor leads on.
constexpr std::int64_t kRowsLookedThrough = 200'000;

std::string conditions_of(const RunQuery& query) {
  std::string where;
  if (query.series) {
    where +=
        fmt::format(" AND id >= {0} AND (id = {0} OR first_run_id = {0})", query.series->value);
  }
  if (!query.include_skipped) where += " AND status <> 'skipped'";
  if (query.statuses.empty()) return where;
  where += " AND status IN (";
  for (std::size_t i = 0; i < query.statuses.size(); ++i) {
    where += fmt::format("{}'{}'", i == 0 ? "" : ", ", model::to_word(query.statuses[i]));
  }
  return where + ")";
}

// Newest first over all tasks, by id alone.
Result<Page<Run>> page_of_all(Connection& connection, const RunQuery& query, std::int64_t before,
                              std::size_t limit) {
  const auto ids = range_of_ids(connection);
  if (!ids) return fail(ids.error());
  const std::int64_t from = before > 0 ? std::min(before, ids->last + 1) : ids->last + 1;
  const std::int64_t down_to = std::max(ids->first, from - kRowsLookedThrough);
  auto select = connection.prepare_once(fmt::format(
      "SELECT " ROTA_RUN_COLUMNS " FROM run WHERE id < {} AND id >= {}{} ORDER BY id DESC LIMIT {}",
      from, down_to, conditions_of(query), limit + 1));
  if (!select) return fail(select.error());
  auto rows = read_runs(*select);
  if (!rows) return fail(rows.error());
  Page<Run> page{std::move(*rows), {}, -1};
  if (down_to > ids->first) page.next_cursor = std::to_string(down_to);
  return page;
}

// Newest first of one task: block by block, each a range of the index run_history.
Result<Page<Run>> page_of_task(Connection& connection, const RunQuery& query, std::int64_t before,
                               std::size_t limit) {
  const auto ids = range_of_ids(connection);
  if (!ids) return fail(ids.error());
  const std::int64_t from = before > 0 ? std::min(before, ids->last + 1) : ids->last + 1;
  auto select = connection.prepare_once(
      fmt::format("SELECT " ROTA_RUN_COLUMNS
                  " FROM run INDEXED BY run_history WHERE " ROTA_RUN_BLOCK " = ? AND task_id = ?"
                  " AND id < {}{} ORDER BY id DESC LIMIT ?",
                  from, conditions_of(query)));
  if (!select) return fail(select.error());
  Page<Run> page{{}, {}, -1};
  const std::int64_t oldest = query.series ? query.series->value : ids->first;
  for (std::int64_t block = block_of(from); block >= block_of(oldest); --block) {
    select->again().bind(block).bind(query.task_id->value);
    select->bind(static_cast<std::int64_t>(limit + 1 - page.rows.size()));
    auto rows = read_runs(*select);
    if (!rows) return fail(rows.error());
    for (Run& run : *rows) page.rows.push_back(std::move(run));
    if (page.rows.size() > limit) break;
  }
  return page;
}

// The slot's own row, unless it went well, says which run makes up for it.
Result<void> name_made_up(Connection& connection, const NewRun& run, RunId id) {
  auto update = connection.prepare(
      "UPDATE run SET made_up_by = ? WHERE scheduled_for = ? AND task_id = ?"
      " AND cause IN ('schedule', 'catch_up')"
      " AND status IN ('skipped', 'cancelled', 'lost', 'failed', 'timed_out')");
  if (!update) return fail(update.error());
  return update->bind(id.value).bind(run.scheduled_for).bind(run.task_id.value).run();
}

}  // namespace

SkipKind read_kind(const Statement& row, int column) {
  if (row.is_null(column)) return SkipKind::kNone;
  return model::parse_word<SkipKind>("skip_kind", row.view(column)).value_or(SkipKind::kNone);
}

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
  run.skip_kind = read_kind(row, at++);
  if (const auto made_up = row.optional_integer(at++)) run.made_up_by = RunId{*made_up};
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

Result<bool> end_queued(Connection& connection, RunId id, std::string_view why, Instant now) {
  if (auto run = find_run(connection, id); !run) return fail(run.error());
  auto update = connection.prepare(
      "UPDATE run SET status = 'cancelled', reason = ?, finished_at = ?, fence = fence + 1,"
      " skip_kind = 'cancelled' WHERE id = ? AND status = 'queued'");
  if (!update) return fail(update.error());
  if (auto done = update->bind(why).bind(now).bind(id.value).run(); !done)
    return fail(done.error());
  return connection.changes() > 0;
}

Result<Run> insert_run(Connection& connection, const NewRun& run, Instant now) {
  auto insert = connection.prepare(
      "INSERT INTO run (task_id, task_version, scheduled_for, cause, status, reason, priority,"
      " available_at, metadata, requested_by)"
      " SELECT id, version, ?, ?, 'queued', ?, coalesce(?, priority), ?, ?, ?"
      "   FROM task WHERE id = ?");
  if (!insert) return fail(insert.error());
  const auto done = insert->bind(run.scheduled_for.value_or(now))
                        .bind(model::to_word(run.cause))
                        .bind(run.reason)
                        .bind(run.priority)
                        .bind(run.available_at.value_or(now))
                        .bind(run.metadata)
                        .bind(run.requested_by)
                        .bind(run.task_id.value)
                        .run();
  if (!done) return fail(done.error());
  if (connection.changes() == 0) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no task {}", run.task_id.value),
                "`rota task list` shows all tasks");
  }
  const RunId id{connection.last_insert_id()};
  if (run.makes_up) {
    if (auto named = name_made_up(connection, run, id); !named) return fail(named.error());
  }
  return find_run(connection, id);
}

Result<std::vector<Run>> insert_runs(Connection& connection, std::span<const NewRun> runs,
                                     Instant now) {
  std::vector<Run> queued;
  for (const NewRun& run : runs) {
    auto one = insert_run(connection, run, now);
    if (!one) return fail(std::move(one.error()));
    queued.push_back(std::move(*one));
  }
  return queued;
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
  auto page = query.task_id ? page_of_task(connection, query, before, limit)
                            : page_of_all(connection, query, before, limit);
  if (page && page->rows.size() > limit) {
    page->rows.resize(limit);
    page->next_cursor = std::to_string(page->rows.back().id.value);
  }
  return page;
}

Result<IdRange> range_of_ids(Connection& connection) {
  auto select = connection.prepare(
      "SELECT (SELECT coalesce(min(id), 0) FROM run), (SELECT coalesce(max(id), 0) FROM run)");
  if (!select) return fail(select.error());
  const auto row = select->step();
  if (!row) return fail(row.error());
  return IdRange{select->integer(0), select->integer(1)};
}

Result<void> remove_history(Connection& connection, TaskId task) {
  const auto ids = range_of_ids(connection);
  if (!ids) return fail(ids.error());
  auto remove = connection.prepare(
      "DELETE FROM run WHERE id IN (SELECT id FROM run INDEXED BY run_history"
      " WHERE " ROTA_RUN_BLOCK " = ? AND task_id = ?)");
  if (!remove) return fail(remove.error());
  for (std::int64_t block = block_of(ids->first); block <= block_of(ids->last); ++block) {
    if (auto done = remove->bind(block).bind(task.value).run(); !done) return done;
  }
  return {};
}

Result<void> insert_output(Connection& connection, std::span<const OutputChunk> chunks) {
  auto insert = connection.prepare(
      "INSERT INTO run_output (run_id, seq, stream, bytes) SELECT ?1, ?2, ?3, ?4"
      " WHERE EXISTS (SELECT 1 FROM run WHERE id = ?1) ON CONFLICT DO NOTHING");
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
  // Named, since the planner would rather walk the task's whole history.
  auto select = connection.prepare(
      "SELECT max(id) FROM run INDEXED BY run_held"
      " WHERE task_id = ? AND status IN ('claimed', 'running') AND id < ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(task.value).bind(run.value).step();
  if (!row) return fail(row.error());
  if (!*row || select->is_null(0)) return std::optional<RunId>{};
  return std::optional<RunId>{RunId{select->integer(0)}};
}

}  // namespace rota::store
