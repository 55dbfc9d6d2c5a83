// Rows of `task` and `task_execution`: reading, adding, changing, removing. Functions over one
// connection; the caller decides about transactions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rota/scheduler.h"
#include "store/sqlite/connection.h"

namespace rota::store {

/// The columns of `task` that read_task() expects, in order, each with the prefix "task.".
inline constexpr std::string_view kTaskColumns =
    "task.id, task.name, task.type, task.schedule, task.timezone, task.working_days_only,"
    " task.on_non_working_day, task.calendar_id, task.working_day_offset, task.priority, "
    "task.active, task.paused_until, task.pause_reason,"
    " task.metadata, task.description, task.owner, task.tags, task.queue, task.starts_at,"
    " task.ends_at, task.anchor_at, task.jitter_s, task.catch_up, task.catch_up_window_s,"
    " task.overlap, task.delivery, task.timeout_s, task.attempts_max, task.retry_delay_s,"
    " task.retry_backoff, task.retry_delay_max_s, task.failures_max, task.keep_runs, "
    "task.backlog_max,"
    " task.dst_gap, task.dst_overlap, task.version, task.created_at, task.updated_at,"
    " task.updated_by,"
    " CASE WHEN task.paused_until IS NOT NULL THEN"
    " (SELECT by FROM task_change WHERE task_id = task.id"
    " AND new_row ->> '$.paused_until' IS NOT nullif(old_row, '') ->> '$.paused_until'"
    " ORDER BY seq DESC LIMIT 1) END";
inline constexpr int kTaskColumnCount = 41;

/// The columns of `task_execution` that read_execution() expects.
inline constexpr std::string_view kExecutionColumns =
    "execution.next_scheduled_at, execution.executed_at, execution.execution_time,"
    " execution.last_status, execution.last_result, execution.failure_count,"
    " execution.schedule_error";

/// The task that starts at `column`. A word that this program does not know, or a number outside
/// its bounds, stands there only when somebody switched the database's own checks off: it becomes
/// the default, and `fault`, where given, says so.
Task read_task(const Statement& row, int column, std::string* fault = nullptr);
TaskExecution read_execution(const Statement& row, int column);

/// A task whose row cannot be used as it stands.
struct WrongTask {
  TaskId id;
  std::int64_t version = 0;
  std::string fault;
};
/// Writes the fault into schedule_error and takes the task out of planning until it is changed.
Result<void> mark_wrong(Connection& connection, std::span<const WrongTask> tasks);

Result<Task> insert_task(Connection& connection, const Task& task, Instant now,
                         std::string_view by);
Result<std::vector<Task>> insert_tasks(Connection& connection, std::span<const Task> tasks,
                                       Instant now, std::string_view by);
Result<Task> change_task(Connection& connection, const Task& task, Instant now,
                         std::string_view by);
Result<void> delete_task(Connection& connection, TaskId id, History history, Instant now,
                         std::string_view by);
Result<TaskView> find_task(Connection& connection, TaskId id);
Result<TaskView> find_task_by_name(Connection& connection, std::string_view name);
Result<Page<TaskView>> query_tasks(Connection& connection, const TaskQuery& query);

}  // namespace rota::store
