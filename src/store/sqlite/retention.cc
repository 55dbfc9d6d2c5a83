// Removing old runs: found by a reader, removed in small transactions, so that housekeeping never
// keeps the writer for long.
#include "store/sqlite/retention.h"

#include <algorithm>

#include "store/sqlite/decision_rows.h"
#include "store/sqlite/run_rows.h"
#include "store/sqlite/slot_history.h"

namespace rota::store {
namespace {

// How much one call looks at; the next goes on from there.
constexpr std::int64_t kRunsLookedAt = 50'000;
constexpr std::int64_t kTasksLookedAt = 500;
constexpr std::int64_t kChangesKept = 100'000;

Result<void> collect(Statement& select, std::vector<RunId>& into) {
  for (;;) {
    const auto row = select.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    into.push_back(RunId{select.integer(0)});
  }
}

// Ids grow with time, so the oldest come first. A look that finds too few begins at the front
// again.
Result<void> find_by_age(Connection& connection, const Retention& retention,
                         PrunePosition& position, std::vector<RunId>& into) {
  auto select = connection.prepare(
      "SELECT id FROM run WHERE id > ?1 AND id <= ?2 AND finished_at < ?3"
      " AND status NOT IN ('queued', 'claimed', 'running') ORDER BY id LIMIT ?4");
  if (!select) return fail(select.error());
  const auto ids = range_of_ids(connection);
  if (!ids) return fail(ids.error());
  const std::int64_t from = std::max(position.run, ids->first - 1);
  select->bind(from).bind(from + kRunsLookedAt).bind(retention.finished_before);
  select->bind(static_cast<std::int64_t>(retention.limit));
  if (auto done = collect(*select, into); !done) return done;
  // Young runs follow only younger ones; but a few unfinished ones must not hide what is behind.
  position.run = into.empty() && from > ids->first - 1 ? 0 : from;
  if (into.empty() && from + kRunsLookedAt < ids->last) position.run = from + kRunsLookedAt;
  if (!into.empty()) position.run = 0;
  return {};
}

struct TaskLimit {
  TaskId id;
  std::int64_t keep = 0;
};

// 0 is no bound, of the task as of all.
std::int64_t kept_of(std::int64_t keep_runs, std::int64_t keep_max) {
  if (keep_max <= 0) return keep_runs;
  return keep_runs <= 0 ? keep_max : std::min(keep_runs, keep_max);
}

Result<std::vector<TaskLimit>> next_tasks(Connection& connection, std::int64_t keep_max,
                                          PrunePosition& position) {
  auto select =
      connection.prepare("SELECT id, keep_runs FROM task WHERE id > ? ORDER BY id LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(position.task).bind(kTasksLookedAt);
  std::vector<TaskLimit> tasks;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    tasks.push_back({TaskId{select->integer(0)}, kept_of(select->integer(1), keep_max)});
  }
  const bool last = static_cast<std::int64_t>(tasks.size()) < kTasksLookedAt;
  position.task = last ? 0 : tasks.back().id.value;
  return tasks;
}

// Most tasks have fewer than they may keep: counted in the index alone.
Result<bool> has_more_than(Connection& connection, const TaskLimit& task, const IdRange& ids) {
  auto count =
      connection.prepare("SELECT count(*) FROM run INDEXED BY run_history WHERE " ROTA_RUN_BLOCK
                         " = ? AND task_id = ?");
  if (!count) return fail(count.error());
  std::int64_t seen = 0;
  for (std::int64_t block = block_of(ids.last); block >= block_of(ids.first); --block) {
    const auto row = count->again().bind(block).bind(task.id.value).step();
    if (!row) return fail(row.error());
    seen += count->integer(0);
    if (seen > task.keep) return true;
  }
  return false;
}

// From the newest down; what lies beyond the first `keep` goes.
Result<void> find_surplus(Connection& connection, const TaskLimit& task, const IdRange& ids,
                          std::vector<RunId>& into) {
  const auto more = has_more_than(connection, task, ids);
  if (!more) return fail(more.error());
  if (!*more) return {};
  auto select =
      connection.prepare("SELECT id FROM run INDEXED BY run_history WHERE " ROTA_RUN_BLOCK
                         " = ? AND task_id = ?"
                         " AND status NOT IN ('queued', 'claimed', 'running') ORDER BY id DESC");
  if (!select) return fail(select.error());
  std::vector<RunId> runs;
  for (std::int64_t block = block_of(ids.last); block >= block_of(ids.first); --block) {
    select->again().bind(block).bind(task.id.value);
    if (auto done = collect(*select, runs); !done) return done;
  }
  const auto keep = std::min(static_cast<std::size_t>(task.keep), runs.size());
  // The oldest first, so that a bound cuts off the younger ones.
  into.insert(into.end(), runs.rbegin(), runs.rend() - static_cast<std::ptrdiff_t>(keep));
  return {};
}

Result<void> find_beyond_count(Connection& connection, const Retention& retention,
                               PrunePosition& position, std::vector<RunId>& into) {
  const auto ids = range_of_ids(connection);
  if (!ids) return fail(ids.error());
  const auto tasks = next_tasks(connection, retention.keep_max, position);
  if (!tasks) return fail(tasks.error());
  for (const TaskLimit& task : *tasks) {
    if (into.size() >= retention.limit) {
      position.task = task.id.value - 1;
      return {};
    }
    if (task.keep <= 0) continue;
    if (auto done = find_surplus(connection, task, *ids, into); !done) return done;
  }
  return {};
}

/// Pages that hold something: those that were given up are used again before the file grows.
Result<std::int64_t> bytes_in_use(Connection& connection) {
  const auto bytes = connection.integer(
      "SELECT ((SELECT page_count FROM pragma_page_count) -"
      " (SELECT freelist_count FROM pragma_freelist_count)) *"
      " (SELECT page_size FROM pragma_page_size)");
  if (!bytes) return fail(bytes.error());
  return bytes->value_or(0);
}

Result<void> find_beyond_size(Connection& connection, const Retention& retention,
                              std::vector<RunId>& into) {
  if (retention.bytes_max <= 0) return {};
  const auto bytes = bytes_in_use(connection);
  if (!bytes) return fail(bytes.error());
  if (*bytes <= retention.bytes_max) return {};
  const auto ids = range_of_ids(connection);
  if (!ids) return fail(ids.error());
  auto select = connection.prepare(
      "SELECT id FROM run WHERE id <= ? AND status NOT IN ('queued', 'claimed', 'running')"
      " ORDER BY id LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(ids->last - kRunsKeptMin).bind(static_cast<std::int64_t>(retention.limit));
  return collect(*select, into);
}

}  // namespace

Result<std::vector<RunId>> find_old_runs(Connection& connection, const Retention& retention,
                                         PrunePosition& position) {
  std::vector<RunId> found;
  if (auto done = find_by_age(connection, retention, position, found); !done) {
    return fail(done.error());
  }
  if (auto done = find_beyond_count(connection, retention, position, found); !done) {
    return fail(done.error());
  }
  if (auto done = find_beyond_size(connection, retention, found); !done) {
    return fail(done.error());
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.size() > retention.limit) {
    found.resize(retention.limit);
    position.task = 0;  // what was cut off is found again
  }
  return found;
}

Result<std::size_t> remove_runs(Connection& connection, std::span<const RunId> runs,
                                Instant decided_before) {
  std::vector<Decision> slots;
  for (const RunId id : runs) {
    auto slot = find_slot_decision(connection, id);
    if (!slot) return fail(slot.error());
    if (*slot && (*slot)->first_slot >= decided_before) slots.push_back(std::move(**slot));
  }
  if (auto kept = add_history(connection, std::move(slots)); !kept) return fail(kept.error());
  auto remove = connection.prepare(
      "DELETE FROM run WHERE id = ? AND status NOT IN ('queued', 'claimed', 'running')");
  if (!remove) return fail(remove.error());
  std::size_t removed = 0;
  for (const RunId id : runs) {
    if (auto done = remove->bind(id.value).run(); !done) return fail(done.error());
    removed += static_cast<std::size_t>(connection.changes());
  }
  return removed;
}

Result<void> remove_old_changes(Connection& connection, Instant before) {
  auto remove = connection.prepare(
      "DELETE FROM task_change WHERE seq IN (SELECT seq FROM task_change WHERE at < ? AND seq <="
      " (SELECT max(seq) FROM task_change) - ? ORDER BY seq LIMIT 1000)");
  if (!remove) return fail(remove.error());
  return remove->bind(before).bind(kChangesKept).run();
}

}  // namespace rota::store
