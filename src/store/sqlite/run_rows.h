// Rows of `run` and `run_output`: reading, asking for a run, output, retention.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

/// The columns of `run` that read_run() expects, in order.
#define ROTA_RUN_COLUMNS                                                                    \
  "id, task_id, task_version, scheduled_for, cause, status, reason, attempt, first_run_id," \
  " priority, available_at, node_id, fence, started_at, finished_at, duration_ms, result,"  \
  " error, output_bytes, metadata, requested_by, skip_kind, made_up_by"

/// The block of the index run_history in which a run stands; in SQL and here.
#define ROTA_RUN_BLOCK "(id >> 12)"
constexpr std::int64_t block_of(std::int64_t run) { return run >> 12; }

/// The kind in a column; kNone where there is none.
SkipKind read_kind(const Statement& row, int column);
Run read_run(const Statement& row);
Result<std::vector<Run>> read_runs(Statement& statement);

/// True: it was queued and is now cancelled.
Result<bool> end_queued(Connection& connection, RunId id, std::string_view why, Instant now);
Result<Run> insert_run(Connection& connection, const NewRun& run, Instant now);
Result<std::vector<Run>> insert_runs(Connection& connection, std::span<const NewRun> runs,
                                     Instant now);
Result<Run> find_run(Connection& connection, RunId id);
Result<Page<Run>> query_runs(Connection& connection, const RunQuery& query);
Result<void> insert_output(Connection& connection, std::span<const OutputChunk> chunks);
Result<std::vector<OutputChunk>> find_output(Connection& connection, RunId id,
                                             std::int64_t after_seq, std::size_t bytes_max);
/// Every run of a task and its output.
Result<void> remove_history(Connection& connection, TaskId task);

struct IdRange {
  std::int64_t first = 0;  ///< 0: there are no runs.
  std::int64_t last = 0;
};
/// The smallest and the greatest id of a run.
Result<IdRange> range_of_ids(Connection& connection);

/// An unfinished run of the same task that is older than `run`, if there is one.
Result<std::optional<RunId>> find_predecessor(Connection& connection, TaskId task, RunId run);

}  // namespace rota::store
