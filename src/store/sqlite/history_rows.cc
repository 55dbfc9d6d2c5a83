#include "store/sqlite/history_rows.h"

namespace rota::store {
namespace {

constexpr std::int64_t kTasksMax = 1000;
constexpr std::int64_t kSlotsCountedMax = 20'000;
constexpr std::int64_t kNamesakesMax = 100;

// From one task to the next by the index alone, however many slots each has left out.
constexpr const char* kAllLeftOut =
    "WITH RECURSIVE crowded (id) AS ("
    " SELECT min(task_id) FROM run INDEXED BY run_left_out"
    "  WHERE skip_kind IN ('overlap', 'backlog')"
    " UNION ALL"
    " SELECT (SELECT min(task_id) FROM run INDEXED BY run_left_out"
    "          WHERE skip_kind IN ('overlap', 'backlog') AND task_id > crowded.id)"
    "   FROM crowded WHERE crowded.id IS NOT NULL LIMIT ?)"
    " SELECT id FROM crowded WHERE id IS NOT NULL";

constexpr const char* kLastLeftOut =
    "SELECT max(scheduled_for) FROM run INDEXED BY run_left_out"
    " WHERE skip_kind IN ('overlap', 'backlog') AND task_id = ?";

constexpr const char* kCountLeftOut =
    "SELECT count(*) FROM (SELECT 1 FROM run INDEXED BY run_left_out"
    " WHERE skip_kind IN ('overlap', 'backlog') AND task_id = ? AND scheduled_for > ? LIMIT ?)";

Result<std::vector<TaskId>> crowded_tasks(Connection& connection) {
  auto select = connection.prepare(kAllLeftOut);
  if (!select) return fail(select.error());
  select->bind(kTasksMax);
  std::vector<TaskId> tasks;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return tasks;
    tasks.push_back(TaskId{select->integer(0)});
  }
}

Result<std::optional<Instant>> last_left_out(Connection& connection, TaskId task) {
  auto select = connection.prepare(kLastLeftOut);
  if (!select) return fail(select.error());
  const auto row = select->bind(task.value).step();
  if (!row) return fail(row.error());
  return *row ? select->optional_instant(0) : std::nullopt;
}

Result<std::int64_t> count_left_out(Connection& connection, TaskId task, Instant after) {
  auto select = connection.prepare(kCountLeftOut);
  if (!select) return fail(select.error());
  const auto row = select->bind(task.value).bind(after).bind(kSlotsCountedMax).step();
  if (!row) return fail(row.error());
  return select->integer(0);
}

Result<std::vector<RemovedTask>> read_removed(Statement& select) {
  std::vector<RemovedTask> tasks;
  for (;;) {
    const auto row = select.step();
    if (!row) return fail(row.error());
    if (!*row) return tasks;
    tasks.push_back({TaskId{select.integer(0)}, select.text(1), select.text(2), select.instant(3),
                     select.text(4)});
  }
}

}  // namespace

Result<std::vector<LeftOut>> query_left_out(Connection& connection, Instant since,
                                            std::optional<TaskId> task) {
  std::vector<TaskId> tasks;
  if (task) {
    tasks.push_back(*task);
  } else {
    auto all = crowded_tasks(connection);
    if (!all) return fail(all.error());
    tasks = std::move(*all);
  }
  std::vector<LeftOut> found;
  for (const TaskId id : tasks) {
    const auto last = last_left_out(connection, id);
    if (!last) return fail(last.error());
    if (!*last || **last < since) continue;
    const auto slots = count_left_out(connection, id, **last - std::chrono::hours{1});
    if (!slots) return fail(slots.error());
    found.push_back({id, *slots, **last});
  }
  return found;
}

Result<std::vector<RemovedTask>> query_removed(Connection& connection, std::string_view name) {
  auto select = connection.prepare(
      "SELECT task_id, name, type, removed_at, removed_by FROM removed_task WHERE name = ?"
      " ORDER BY removed_at DESC, task_id DESC LIMIT ?");
  if (!select) return fail(select.error());
  return read_removed(select->bind(name).bind(kNamesakesMax));
}

Result<std::vector<RemovedTask>> query_removed(Connection& connection,
                                               std::span<const TaskId> ids) {
  auto select = connection.prepare(
      "SELECT task_id, name, type, removed_at, removed_by FROM removed_task WHERE task_id = ?");
  if (!select) return fail(select.error());
  std::vector<RemovedTask> tasks;
  for (const TaskId id : ids) {
    auto one = read_removed(select->again().bind(id.value));
    if (!one) return fail(one.error());
    for (RemovedTask& task : *one) tasks.push_back(std::move(task));
  }
  return tasks;
}

Result<void> forget_removed(Connection& connection, TaskId task) {
  auto remove = connection.prepare("DELETE FROM removed_task WHERE task_id = ?");
  if (!remove) return fail(remove.error());
  return remove->bind(task.value).run();
}

}  // namespace rota::store
