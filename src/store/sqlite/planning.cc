// Which tasks are due and which must be planned again. Both are found by partial indexes, so their
// cost does not grow with the number of tasks.
#include <fmt/format.h>

#include "store/sqlite/claiming.h"
#include "store/sqlite/decision_rows.h"
#include "store/sqlite/task_rows.h"

namespace rota::store {

namespace {

// The task of a row that is to be planned; a wrong one is put aside instead.
std::optional<Task> sound_task(const Statement& row, std::vector<WrongTask>& wrong) {
  std::string fault;
  Task task = read_task(row, 0, &fault);
  if (fault.empty()) return task;
  wrong.push_back({task.id, task.version, std::move(fault)});
  return std::nullopt;
}

}  // namespace

Result<std::vector<DueTask>> query_due(Connection& connection, Instant until, std::size_t limit,
                                       std::vector<WrongTask>& wrong) {
  static const std::string sql = fmt::format(
      "SELECT {}, execution.next_scheduled_at FROM task_execution execution"
      " JOIN task ON task.id = execution.task_id"
      " WHERE execution.replan = 0 AND execution.next_scheduled_at IS NOT NULL"
      "   AND execution.next_scheduled_at <= ? AND task.active = 1"
      " ORDER BY execution.next_scheduled_at LIMIT ?",
      kTaskColumns);
  auto select = connection.prepare(sql.c_str());
  if (!select) return fail(select.error());
  select->bind(until).bind(static_cast<std::int64_t>(limit));
  std::vector<DueTask> due;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return due;
    auto task = sound_task(*select, wrong);
    if (!task) continue;
    const Instant next = select->instant(kTaskColumnCount);
    if (next < Instant{}) {
      wrong.push_back({task->id, task->version, "next_scheduled_at lies before the year 1970"});
    } else {
      due.push_back({std::move(*task), next});
    }
  }
}

Result<std::optional<Instant>> query_next_due(Connection& connection, Instant until) {
  auto select = connection.prepare(
      "SELECT min(at) FROM ("
      " SELECT min(next_scheduled_at) AS at FROM task_execution"
      "  WHERE replan = 0 AND next_scheduled_at IS NOT NULL AND next_scheduled_at > ?1"
      " UNION ALL"
      " SELECT min(available_at) FROM run WHERE status = 'queued' AND available_at > ?1)");
  if (!select) return fail(select.error());
  const auto row = select->bind(until).step();
  if (!row) return fail(row.error());
  return *row ? select->optional_instant(0) : std::nullopt;
}

Result<std::vector<UnplannedTask>> query_unplanned(Connection& connection, std::size_t limit,
                                                   std::vector<WrongTask>& wrong) {
  static const std::string sql = fmt::format(
      "SELECT {}, {} FROM task_execution execution"
      " JOIN task ON task.id = execution.task_id WHERE execution.replan = 1 LIMIT ?",
      kTaskColumns, kExecutionColumns);
  auto select = connection.prepare(sql.c_str());
  if (!select) return fail(select.error());
  select->bind(static_cast<std::int64_t>(limit));
  std::vector<UnplannedTask> tasks;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return tasks;
    auto task = sound_task(*select, wrong);
    if (task) tasks.push_back({std::move(*task), read_execution(*select, kTaskColumnCount)});
  }
}

Result<void> store_plans(Connection& connection, std::span<const PlanUpdate> plans, Instant now) {
  auto update = connection.prepare(
      "UPDATE task_execution SET next_scheduled_at = ?, schedule_error = ?, replan = 0"
      " WHERE task_id = ? AND task_version = ?");
  if (!update) return fail(update.error());
  for (const PlanUpdate& plan : plans) {
    const auto done = update->bind(plan.next_scheduled_at)
                          .bind(plan.schedule_error)
                          .bind(plan.task_id.value)
                          .bind(plan.task_version)
                          .run();
    if (!done) return done;
    if (connection.changes() == 0) continue;
    auto noted = replace_skipped(connection, plan.task_id, plan.skipped, now);
    if (!noted) return noted;
  }
  return {};
}

}  // namespace rota::store
