#include "store/sqlite/task_rows.h"

#include <fmt/format.h>

#include "model/names.h"
#include "store/sqlite/decision_rows.h"
#include "store/sqlite/run_rows.h"

namespace rota::store {
namespace {

using model::to_word;

// A word from the database, or what stands for it when somebody wrote one that is not known.
template <class Enum>
Enum word_or(const std::string& word, Enum otherwise) {
  return model::parse_word<Enum>("", word).value_or(otherwise);
}

template <class Enum>
std::optional<Enum> optional_word(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  auto word = model::parse_word<Enum>("", row.text(column));
  return word ? std::optional<Enum>(*word) : std::nullopt;
}

template <class Enum>
std::optional<std::string_view> optional_text(std::optional<Enum> value) {
  if (!value) return std::nullopt;
  return to_word(*value);
}

// Binds every column that people set, in the order of kSettable.
Statement& bind_settable(Statement& to, const Task& task) {
  return to.bind(task.name)
      .bind(task.type)
      .bind(task.schedule)
      .bind(task.timezone)
      .bind(task.working_days_only)
      .bind(to_word(task.on_non_working_day))
      .bind(task.calendar_id ? std::optional(task.calendar_id->value) : std::nullopt)
      .bind(task.working_day_offset)
      .bind(task.priority)
      .bind(task.active)
      .bind(task.paused_until)
      .bind(task.pause_reason)
      .bind(task.metadata)
      .bind(task.description)
      .bind(task.owner)
      .bind(task.tags)
      .bind(task.queue)
      .bind(task.starts_at)
      .bind(task.ends_at)
      .bind(task.anchor_at)
      .bind(task.jitter_s)
      .bind(to_word(task.catch_up))
      .bind(task.catch_up_window_s)
      .bind(to_word(task.overlap))
      .bind(to_word(task.delivery))
      .bind(task.timeout_s)
      .bind(task.attempts_max)
      .bind(task.retry_delay_s)
      .bind(to_word(task.retry_backoff))
      .bind(task.retry_delay_max_s)
      .bind(task.failures_max)
      .bind(task.keep_runs)
      .bind(optional_text(task.dst_gap))
      .bind(optional_text(task.dst_overlap));
}

Error name_taken(const Task& task) {
  return Error{ErrorCode::kAlreadyExists,
               fmt::format("there is already a task named '{}'", task.name),
               "choose another name, or edit that task",
               std::nullopt,
               {FieldError{"name", "is already taken", std::nullopt}}};
}

Error no_calendar(const Task& task) {
  const std::string message =
      fmt::format("there is no calendar {}", task.calendar_id.value_or(CalendarId{}).value);
  return Error{ErrorCode::kInvalidArgument,
               message,
               "`rota calendar list` shows all calendars",
               std::nullopt,
               {FieldError{"calendar_id", message, std::nullopt}}};
}

// A UNIQUE refusal is about the name: nothing else in `task` is unique.
Error explain(Error error, const Task& task) {
  if (error.message.find("there is no such calendar") != std::string::npos) {
    return no_calendar(task);
  }
  if (error.message.find("task.name") != std::string::npos) return name_taken(task);
  return error;
}

Error no_such_task(TaskId id) {
  return Error{ErrorCode::kNotFound,
               fmt::format("there is no task {}", id.value),
               "`rota task list` shows all tasks",
               std::nullopt,
               {}};
}

constexpr const char* kInsert =
    "INSERT INTO task (name, type, schedule, timezone, working_days_only, on_non_working_day,"
    " calendar_id, working_day_offset, priority, active, paused_until, pause_reason, metadata, "
    "description, owner, tags, queue,"
    " starts_at, ends_at, anchor_at, jitter_s, catch_up, catch_up_window_s, overlap, delivery,"
    " timeout_s, attempts_max, retry_delay_s, retry_backoff, retry_delay_max_s, failures_max,"
    " keep_runs, dst_gap, dst_overlap, version, created_at, updated_at, updated_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, ?,"
    " ?, ?, ?, ?, 1, ?, ?, ?)";

constexpr const char* kUpdate =
    "UPDATE task SET name = ?, type = ?, schedule = ?, timezone = ?, working_days_only = ?,"
    " on_non_working_day = ?, calendar_id = ?, working_day_offset = ?, priority = ?, active = ?, "
    "paused_until = ?, pause_reason = ?,"
    " metadata = ?, description = ?, owner = ?, tags = ?, queue = ?, starts_at = ?, ends_at = ?,"
    " anchor_at = ?, jitter_s = ?, catch_up = ?, catch_up_window_s = ?, overlap = ?,"
    " delivery = ?, timeout_s = ?, attempts_max = ?, retry_delay_s = ?, retry_backoff = ?,"
    " retry_delay_max_s = ?, failures_max = ?, keep_runs = ?, dst_gap = ?, dst_overlap = ?,"
    " version = version + 1, updated_at = ?, updated_by = ? WHERE id = ? AND version = ?";

Result<TaskView> first_view(Statement& statement, const Error& otherwise) {
  const auto row = statement.step();
  if (!row) return fail(row.error());
  if (!*row) return fail(otherwise);
  return TaskView{read_task(statement, 0), read_execution(statement, kTaskColumnCount)};
}

}  // namespace

Task read_task(const Statement& row, int column) {
  Task task;
  int at = column;
  task.id = TaskId{row.integer(at++)};
  task.name = row.text(at++);
  task.type = row.text(at++);
  task.schedule = row.text(at++);
  task.timezone = row.text(at++);
  task.working_days_only = row.integer(at++) != 0;
  task.on_non_working_day = word_or(row.text(at++), NonWorkingDay::kSkip);
  if (const auto calendar = row.optional_integer(at++)) task.calendar_id = CalendarId{*calendar};
  task.working_day_offset = static_cast<int>(row.integer(at++));
  task.priority = static_cast<int>(row.integer(at++));
  task.active = row.integer(at++) != 0;
  task.paused_until = row.optional_instant(at++);
  task.pause_reason = row.text(at++);
  task.metadata = row.text(at++);
  task.description = row.text(at++);
  task.owner = row.text(at++);
  task.tags = row.text(at++);
  task.queue = row.text(at++);
  task.starts_at = row.optional_instant(at++);
  task.ends_at = row.optional_instant(at++);
  task.anchor_at = row.optional_instant(at++);
  task.jitter_s = row.integer(at++);
  task.catch_up = word_or(row.text(at++), CatchUp::kLatest);
  task.catch_up_window_s = row.integer(at++);
  task.overlap = word_or(row.text(at++), Overlap::kSkip);
  task.delivery = word_or(row.text(at++), Delivery::kAtLeastOnce);
  task.timeout_s = row.integer(at++);
  task.attempts_max = static_cast<int>(row.integer(at++));
  task.retry_delay_s = row.integer(at++);
  task.retry_backoff = word_or(row.text(at++), RetryBackoff::kExponential);
  task.retry_delay_max_s = row.integer(at++);
  task.failures_max = static_cast<int>(row.integer(at++));
  task.keep_runs = row.integer(at++);
  task.dst_gap = optional_word<DstGap>(row, at++);
  task.dst_overlap = optional_word<DstOverlap>(row, at++);
  task.version = row.integer(at++);
  task.created_at = row.instant(at++);
  task.updated_at = row.instant(at++);
  task.updated_by = row.text(at++);
  return task;
}

TaskExecution read_execution(const Statement& row, int column) {
  TaskExecution execution;
  execution.next_scheduled_at = row.optional_instant(column);
  execution.executed_at = row.optional_instant(column + 1);
  execution.execution_time_ms = row.optional_integer(column + 2);
  execution.last_status = row.text(column + 3);
  execution.last_result = row.text(column + 4);
  execution.failure_count = row.integer(column + 5);
  execution.schedule_error = row.text(column + 6);
  return execution;
}

Result<Task> insert_task(Connection& connection, const Task& task, Instant now,
                         std::string_view by) {
  auto insert = connection.prepare(kInsert);
  if (!insert) return fail(insert.error());
  Task stored = task;
  if (!stored.anchor_at) stored.anchor_at = now;
  stored.version = 1;
  stored.created_at = stored.updated_at = now;
  stored.updated_by = by;
  const auto done = bind_settable(*insert, stored).bind(now).bind(now).bind(by).run();
  if (!done) return fail(explain(done.error(), task));
  stored.id = TaskId{connection.last_insert_id()};
  return stored;
}

Result<Task> change_task(Connection& connection, const Task& task, Instant now,
                         std::string_view by) {
  auto update = connection.prepare(kUpdate);
  if (!update) return fail(update.error());
  const auto done =
      bind_settable(*update, task).bind(now).bind(by).bind(task.id.value).bind(task.version).run();
  if (!done) return fail(explain(done.error(), task));
  const bool changed = connection.changes() == 1;
  auto stored = find_task(connection, task.id);
  if (!stored) return fail(stored.error());
  if (changed) return std::move(stored->task);
  return fail(ErrorCode::kVersionConflict,
              fmt::format("task '{}' was changed meanwhile: you read version {}, it is now {}",
                          stored->task.name, task.version, stored->task.version),
              "read it again, then make your change");
}

Result<void> delete_task(Connection& connection, TaskId id, History history, Instant now,
                         std::string_view by) {
  // The change row that the trigger writes names who removed it.
  auto sign = connection.prepare(
      "UPDATE task SET updated_by = ?, updated_at = ?,"
      " version = version + 1 WHERE id = ?");
  if (!sign) return fail(sign.error());
  if (auto done = sign->bind(by).bind(now).bind(id.value).run(); !done) return done;
  if (connection.changes() == 0) return fail(no_such_task(id));
  auto remove = connection.prepare("DELETE FROM task WHERE id = ?");
  if (!remove) return fail(remove.error());
  if (auto done = remove->bind(id.value).run(); !done) return done;
  if (history == History::kKeep) return {};
  if (auto done = remove_decisions(connection, id); !done) return done;
  return remove_history(connection, id);
}

Result<TaskView> find_task(Connection& connection, TaskId id) {
  static const std::string sql = fmt::format(
      "SELECT {}, {} FROM task LEFT JOIN task_execution execution ON execution.task_id = task.id"
      " WHERE task.id = ?",
      kTaskColumns, kExecutionColumns);
  auto select = connection.prepare(sql.c_str());
  if (!select) return fail(select.error());
  return first_view(select->bind(id.value), no_such_task(id));
}

Result<TaskView> find_task_by_name(Connection& connection, std::string_view name) {
  static const std::string sql = fmt::format(
      "SELECT {}, {} FROM task LEFT JOIN task_execution execution ON execution.task_id = task.id"
      " WHERE task.name = ?",
      kTaskColumns, kExecutionColumns);
  auto select = connection.prepare(sql.c_str());
  if (!select) return fail(select.error());
  const Error missing{ErrorCode::kNotFound,
                      fmt::format("there is no task named '{}'", name),
                      "`rota task list` shows all tasks",
                      std::nullopt,
                      {}};
  return first_view(select->bind(name), missing);
}

}  // namespace rota::store
