#include "store/sqlite/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "model/names.h"
#include "store/sqlite/repeated.h"
#include "store/sqlite/slot_rows.h"

namespace rota::store {
namespace {

constexpr std::size_t kTextMost = 4000;

std::string_view shortened(const std::string& text) {
  return std::string_view(text).substr(0, kTextMost);
}

std::int64_t milliseconds(Duration elapsed) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
}

/// What nearly all runs come to: a success with nothing else to tell. Statements
/// with its words in them have far less to do than the general ones.
bool is_plain_success(const RunResult& result) {
  return result.status == RunStatus::kSucceeded && result.started_at && result.error.empty() &&
         result.reason.empty() && result.output_bytes == 0;
}

enum class Written { kNow, kBefore, kRefused };

// An earlier attempt to write this very result may have been committed although its answer was
// lost.
Result<Written> judge_unwritten(Connection& connection, NodeId node, const RunResult& result) {
  auto select = connection.prepare(
      "SELECT 1 FROM run WHERE id = ? AND fence = ? AND node_id = ? AND status = ?"
      " AND finished_at = ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(result.key.id.value)
                       .bind(result.key.fence)
                       .bind(node.value)
                       .bind(model::to_word(result.status))
                       .bind(result.finished_at)
                       .step();
  if (!row) return fail(row.error());
  return *row ? Written::kBefore : Written::kRefused;
}

constexpr const char* kPlainRun =
    "UPDATE run SET status = 'succeeded', started_at = ?, finished_at = ?, duration_ms = ?,"
    " result = ? WHERE id = ? AND fence = ? AND node_id = ?"
    " AND (status = 'claimed' OR status = 'running')";

constexpr const char* kPlainStanding =
    "UPDATE task_execution SET executed_at = ?, execution_time = ?, last_status = 'succeeded',"
    " last_result = ?, failure_count = 0 WHERE task_id = ?";

// The same for many tasks. Their rows are there: were one not, its task would be gone, and the
// reference to it refuses the statement.
const char* plain_standings_sql() {
  static const std::string sql =
      "INSERT INTO task_execution (executed_at, execution_time, last_status, last_result, task_id)"
      " VALUES " +
      repeated("(?, ?, 'succeeded', ?, ?)", kTogether) +
      " ON CONFLICT (task_id) DO UPDATE SET executed_at = excluded.executed_at,"
      " execution_time = excluded.execution_time, last_status = 'succeeded',"
      " last_result = excluded.last_result, failure_count = 0";
  return sql.c_str();
}

/// What every result needs, prepared once for a batch.
struct Batch {
  Connection& connection;
  NodeId node;
  Statement plain_run;
  Statement plain_standing;
};

Result<void> update_plain_success(Batch& batch, const RunResult& result) {
  return batch.plain_run.bind(result.started_at)
      .bind(result.finished_at)
      .bind(milliseconds(result.elapsed))
      .bind(shortened(result.result))
      .bind(result.key.id.value)
      .bind(result.key.fence)
      .bind(batch.node.value)
      .run();
}

Result<void> update_run(Connection& connection, NodeId node, const RunResult& result) {
  auto update = connection.prepare(
      "UPDATE run SET status = ?, started_at = ?, finished_at = ?, duration_ms = ?, result = ?,"
      " error = ?, reason = CASE ?7 WHEN '' THEN reason ELSE ?7 END, output_bytes = ?, skip_kind = "
      "?"
      " WHERE id = ? AND fence = ? AND node_id = ? AND status IN ('claimed', 'running')");
  if (!update) return fail(update.error());
  update->bind(model::to_word(result.status)).bind(result.started_at).bind(result.finished_at);
  if (result.started_at) {
    update->bind(milliseconds(result.elapsed));
  } else {
    update->bind_null();
  }
  update->bind(shortened(result.result))
      .bind(shortened(result.error))
      .bind(shortened(result.reason))
      .bind(result.output_bytes);
  return bind_kind(*update, result.skip_kind)
      .bind(result.key.id.value)
      .bind(result.key.fence)
      .bind(node.value)
      .run();
}

Result<Written> write_run(Batch& batch, const RunResult& result) {
  const auto done = is_plain_success(result) ? update_plain_success(batch, result)
                                             : update_run(batch.connection, batch.node, result);
  if (!done) return fail(done.error());
  if (batch.connection.changes() == 1) return Written::kNow;
  return judge_unwritten(batch.connection, batch.node, result);
}

Result<RunId> queue_retry(Connection& connection, const RunResult& result) {
  auto insert = connection.prepare(
      "INSERT INTO run (task_id, task_version, scheduled_for, cause, status, reason, attempt,"
      " first_run_id, lost_count, priority, available_at, metadata, requested_by)"
      " SELECT task_id, task_version, scheduled_for, 'retry', 'queued', ?, attempt + 1,"
      "        coalesce(first_run_id, id), lost_count, priority, ?, metadata, requested_by"
      "   FROM run WHERE id = ?");
  if (!insert) return fail(insert.error());
  const auto done = insert->bind(result.retry->reason)
                        .bind(result.retry->available_at)
                        .bind(result.key.id.value)
                        .run();
  if (!done) return fail(done.error());
  return RunId{connection.last_insert_id()};
}

// What the results of one task in this batch come to: only the last one is shown, failures add up.
struct Standing {
  const RunResult* last = nullptr;
  bool reset = false;
  std::int64_t failures = 0;  ///< Since the last reset, if there was one.
  std::optional<Instant> next;
};

void add(Standing& standing, const RunResult& result) {
  if (result.started_at && result.status != RunStatus::kSkipped) standing.last = &result;
  if (result.failure_effect == FailureEffect::kReset) {
    standing.reset = true;
    standing.failures = 0;
  }
  if (result.failure_effect == FailureEffect::kCount) ++standing.failures;
  if (result.next_scheduled_at) standing.next = result.next_scheduled_at;
}

// A run that ended before it began (its handler is not known, say) counts as a failure all the
// same.
Result<void> write_failures(Connection& connection, TaskId task, const Standing& standing) {
  if (!standing.reset && standing.failures == 0) return {};
  auto update = connection.prepare(
      "UPDATE task_execution SET failure_count = CASE WHEN ? THEN 0 ELSE failure_count END + ?"
      " WHERE task_id = ?");
  if (!update) return fail(update.error());
  return update->bind(standing.reset).bind(standing.failures).bind(task.value).run();
}

void bind_standing(Statement& statement, const RunResult& last) {
  statement.bind(last.started_at)
      .bind(milliseconds(last.elapsed))
      .bind(shortened(last.result))
      .bind(last.task_id.value);
}

// Ends the statement when one of the tasks is gone: then the others are written one by one.
Result<void> write_plain_standings(Batch& batch, std::vector<const RunResult*> plain) {
  std::ranges::sort(plain, {}, [](const RunResult* one) { return one->task_id; });
  std::span<const RunResult* const> left(plain);
  if (left.size() >= kTogether) {
    auto together = batch.connection.prepare(plain_standings_sql());
    if (!together) return fail(together.error());
    for (; left.size() >= kTogether; left = left.subspan(kTogether)) {
      for (const RunResult* one : left.first(kTogether)) bind_standing(*together, *one);
      if (!together->run()) break;
    }
  }
  for (const RunResult* one : left) {
    bind_standing(batch.plain_standing, *one);
    if (auto done = batch.plain_standing.run(); !done) return done;
  }
  return {};
}

bool is_plain(const Standing& standing) {
  return standing.last != nullptr && is_plain_success(*standing.last) && standing.reset &&
         standing.failures == 0 && !standing.next;
}

Result<void> write_standing(Connection& connection, TaskId task, const Standing& standing) {
  if (standing.last == nullptr) return write_failures(connection, task, standing);
  const RunResult& last = *standing.last;
  auto update = connection.prepare(
      "UPDATE task_execution SET executed_at = ?, execution_time = ?, last_status = ?,"
      " last_result = ?, failure_count = CASE WHEN ? THEN 0 ELSE failure_count END + ?"
      " WHERE task_id = ?");
  if (!update) return fail(update.error());
  return update->bind(last.started_at)
      .bind(milliseconds(last.elapsed))
      .bind(model::to_word(last.status))
      .bind(shortened(last.error.empty() ? last.result : last.error))
      .bind(standing.reset)
      .bind(standing.failures)
      .bind(task.value)
      .run();
}

Result<void> write_next(Connection& connection, TaskId task, Instant next) {
  auto update = connection.prepare(
      "UPDATE task_execution SET next_scheduled_at = ?"
      " WHERE task_id = ? AND replan = 0 AND next_scheduled_at IS NULL AND schedule_error = ''");
  if (!update) return fail(update.error());
  return update->bind(next).bind(task.value).run();
}

Result<bool> deactivate_if_failing(Connection& connection, TaskId task, Instant now) {
  auto update = connection.prepare(
      "UPDATE task SET active = 0, version = version + 1, updated_at = ?, updated_by = 'rota',"
      " pause_reason = 'deactivated after ' || (SELECT failure_count FROM task_execution"
      "   WHERE task_id = task.id) || ' failures in a row'"
      " WHERE id = ? AND active = 1 AND failures_max > 0 AND failures_max <="
      " (SELECT failure_count FROM task_execution WHERE task_id = task.id)");
  if (!update) return fail(update.error());
  if (auto done = update->bind(now).bind(task.value).run(); !done) return fail(done.error());
  return connection.changes() == 1;
}

Result<void> finish_task(Connection& connection, TaskId task, const Standing& standing, Instant now,
                         RecordReport& report) {
  if (auto done = write_standing(connection, task, standing); !done) return done;
  if (standing.next) {
    if (auto done = write_next(connection, task, *standing.next); !done) return done;
  }
  if (standing.failures == 0) return {};
  const auto off = deactivate_if_failing(connection, task, now);
  if (!off) return fail(off.error());
  if (*off) report.deactivated.push_back(task);
  return {};
}

}  // namespace

Result<RecordReport> record_results(Connection& connection, NodeId node,
                                    std::span<const RunResult> results, Instant now) {
  auto plain_run = connection.prepare(kPlainRun);
  if (!plain_run) return fail(plain_run.error());
  auto plain_standing = connection.prepare(kPlainStanding);
  if (!plain_standing) return fail(plain_standing.error());
  Batch batch{connection, node, std::move(*plain_run), std::move(*plain_standing)};
  RecordReport report;
  std::unordered_map<std::int64_t, Standing> standings;
  standings.reserve(results.size());
  for (const RunResult& result : results) {
    const auto written = write_run(batch, result);
    if (!written) return fail(written.error());
    if (*written == Written::kRefused) report.stale.push_back(result.key.id);
    if (*written != Written::kNow) continue;
    if (result.retry) {
      const auto retry = queue_retry(connection, result);
      if (!retry) return fail(retry.error());
      report.retries.push_back(*retry);
    }
    add(standings[result.task_id.value], result);
  }
  std::vector<const RunResult*> plain;
  for (const auto& [task, standing] : standings) {
    if (is_plain(standing)) {
      plain.push_back(standing.last);
      continue;
    }
    auto done = finish_task(connection, TaskId{task}, standing, now, report);
    if (!done) return fail(done.error());
  }
  if (auto done = write_plain_standings(batch, std::move(plain)); !done) return fail(done.error());
  return report;
}

}  // namespace rota::store
