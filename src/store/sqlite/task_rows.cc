#include "store/sqlite/task_rows.h"

#include <fmt/format.h>

#include "model/limits.h"
#include "model/names.h"
#include "store/sqlite/decision_rows.h"
#include "store/sqlite/history_rows.h"
#include "store/sqlite/run_rows.h"

namespace rota::store {
namespace {

using model::to_word;

/// Reads the columns of a row one after another, and remembers the first that makes no sense.
class TaskReader {
 public:
  TaskReader(const Statement& row, int column, std::string* fault)
      : row_(row), at_(column), fault_(fault) {}

  std::string text() { return row_.text(at_++); }
  bool flag() { return row_.integer(at_++) != 0; }
  std::int64_t integer() { return row_.integer(at_++); }
  Instant instant() { return row_.instant(at_++); }
  std::optional<std::int64_t> optional_integer() { return row_.optional_integer(at_++); }

  template <class Number>
  Number number(const char* field, std::int64_t low, std::int64_t high, Number otherwise) {
    const std::int64_t value = row_.integer(at_++);
    if (value >= low && value <= high) return static_cast<Number>(value);
    complain([&] { return fmt::format("{} is {}, not {} to {}", field, value, low, high); });
    return otherwise;
  }

  std::optional<Instant> optional_instant(const char* field) {
    const auto at = row_.optional_instant(at_++);
    // A whole second later: forever is stored with and without its last fraction.
    if (!at || (*at >= Instant{} && *at < kForever + std::chrono::seconds{1})) return at;
    complain([&] { return fmt::format("{} lies outside the years 1970 to 9999", field); });
    return std::nullopt;
  }

  template <class Enum>
  Enum word(const char* field, Enum otherwise) {
    const std::string_view text = row_.view(at_++);
    const auto words = model::words_of<Enum>();
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == text) return static_cast<Enum>(i);
    }
    complain([&] { return model::unknown_word(field, text, words).message; });
    return otherwise;
  }

  template <class Enum>
  std::optional<Enum> optional_word(const char* field) {
    if (!row_.is_null(at_)) return word<Enum>(field, Enum{});
    ++at_;
    return std::nullopt;
  }

 private:
  template <class Say>
  void complain(Say say) {
    if (fault_ != nullptr && fault_->empty()) *fault_ = "the task's row is wrong: " + say();
  }

  const Statement& row_;
  int at_;
  std::string* fault_;
};

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
      .bind(task.backlog_max)
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
    " keep_runs, backlog_max, dst_gap, dst_overlap, version, created_at, updated_at, updated_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, "
    "?, ?,"
    " ?, ?, ?, ?, 1, ?, ?, ?)";

constexpr const char* kUpdate =
    "UPDATE task SET name = ?, type = ?, schedule = ?, timezone = ?, working_days_only = ?,"
    " on_non_working_day = ?, calendar_id = ?, working_day_offset = ?, priority = ?, active = ?, "
    "paused_until = ?, pause_reason = ?,"
    " metadata = ?, description = ?, owner = ?, tags = ?, queue = ?, starts_at = ?, ends_at = ?,"
    " anchor_at = ?, jitter_s = ?, catch_up = ?, catch_up_window_s = ?, overlap = ?,"
    " delivery = ?, timeout_s = ?, attempts_max = ?, retry_delay_s = ?, retry_backoff = ?,"
    " retry_delay_max_s = ?, failures_max = ?, keep_runs = ?, backlog_max = ?, dst_gap = ?, "
    "dst_overlap = ?,"
    " version = version + 1, updated_at = ?, updated_by = ? WHERE id = ? AND version = ?";

Result<TaskView> first_view(Statement& statement, const Error& otherwise) {
  const auto row = statement.step();
  if (!row) return fail(row.error());
  if (!*row) return fail(otherwise);
  return TaskView{read_task(statement, 0), read_execution(statement, kTaskColumnCount)};
}

}  // namespace

Task read_task(const Statement& row, int column, std::string* fault) {
  TaskReader in(row, column, fault);
  Task task;
  task.id = TaskId{in.integer()};
  task.name = in.text();
  task.type = in.text();
  task.schedule = in.text();
  task.timezone = in.text();
  task.working_days_only = in.flag();
  task.on_non_working_day = in.word("on_non_working_day", task.on_non_working_day);
  if (const auto calendar = in.optional_integer()) task.calendar_id = CalendarId{*calendar};
  task.working_day_offset =
      in.number("working_day_offset", -kWorkingDayOffsetMax, kWorkingDayOffsetMax, 0);
  task.priority = in.number("priority", kPriorityMost, kPriorityLeast, kPriorityDefault);
  task.active = in.flag();
  task.paused_until = in.optional_instant("paused_until");
  task.pause_reason = in.text();
  task.metadata = in.text();
  task.description = in.text();
  task.owner = in.text();
  task.tags = in.text();
  task.queue = in.text();
  task.starts_at = in.optional_instant("starts_at");
  task.ends_at = in.optional_instant("ends_at");
  task.anchor_at = in.optional_instant("anchor_at");
  task.jitter_s = in.number("jitter_s", 0, model::kJitterMax, task.jitter_s);
  task.catch_up = in.word("catch_up", task.catch_up);
  task.catch_up_window_s =
      in.number("catch_up_window_s", 0, model::kCatchUpWindowMax, task.catch_up_window_s);
  task.overlap = in.word("overlap", task.overlap);
  task.delivery = in.word("delivery", task.delivery);
  task.timeout_s = in.number("timeout_s", 0, model::kTimeoutMax, task.timeout_s);
  task.attempts_max = in.number("attempts_max", 1, model::kAttemptsMax, task.attempts_max);
  task.retry_delay_s = in.number("retry_delay_s", 0, model::kRetryDelayMax, task.retry_delay_s);
  task.retry_backoff = in.word("retry_backoff", task.retry_backoff);
  task.retry_delay_max_s =
      in.number("retry_delay_max_s", 0, model::kRetryDelayCapMax, task.retry_delay_max_s);
  task.failures_max = in.number("failures_max", 0, model::kFailuresMax, task.failures_max);
  task.keep_runs = in.number("keep_runs", 0, model::kKeepRunsMax, task.keep_runs);
  task.backlog_max =
      in.number("backlog_max", model::kBacklogMin, model::kBacklogMax, task.backlog_max);
  task.dst_gap = in.optional_word<DstGap>("dst_gap");
  task.dst_overlap = in.optional_word<DstOverlap>("dst_overlap");
  task.version = in.integer();
  task.created_at = in.instant();
  task.updated_at = in.instant();
  task.updated_by = in.text();
  task.paused_by = in.text();
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

Result<void> mark_wrong(Connection& connection, std::span<const WrongTask> tasks) {
  auto update = connection.prepare(
      "UPDATE task_execution SET schedule_error = ?, next_scheduled_at = NULL, replan = 0"
      " WHERE task_id = ? AND task_version = ?");
  if (!update) return fail(update.error());
  for (const WrongTask& task : tasks) {
    auto done = update->bind(task.fault).bind(task.id.value).bind(task.version).run();
    if (!done) return done;
  }
  return {};
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

Result<std::vector<Task>> insert_tasks(Connection& connection, std::span<const Task> tasks,
                                       Instant now, std::string_view by) {
  std::vector<Task> stored;
  stored.reserve(tasks.size());
  for (const Task& task : tasks) {
    auto one = insert_task(connection, task, now, by);
    if (!one) return fail(one.error());
    stored.push_back(std::move(*one));
  }
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
  if (auto done = forget_removed(connection, id); !done) return done;
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
