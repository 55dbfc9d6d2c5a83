// Tasks, nodes and planning of the store in memory.
#include <algorithm>

#include "engine/testing/memory_store.h"

namespace rota::engine::testing {

Result<void> MemoryStore::fault() {
  if (fail_calls_ <= 0) return {};
  --fail_calls_;
  return fail(fail_code_, "a fault that the test asked for");
}

void MemoryStore::index(const Row& row, bool in) {
  if (!row.execution.next_scheduled_at) return;
  const Key key{*row.execution.next_scheduled_at, row.task.id.value};
  if (in && row.task.active && row.planned_version == row.task.version) {
    due_.insert(key);
  } else {
    due_.erase(key);
  }
}

void MemoryStore::set_next(Row& row, std::optional<Instant> next) {
  index(row, false);
  row.execution.next_scheduled_at = next;
  index(row, true);
}

/// What the SQL triggers do: a new version, a change row, and the task waits to be planned.
void MemoryStore::change(Row* row, TaskId id, std::string op, std::string_view by) {
  if (row != nullptr) {
    index(*row, false);
    if (op == "update") ++row->task.version;
    row->task.updated_at = clock_.now();
    unplanned_.insert(id.value);
  } else {
    unplanned_.erase(id.value);
  }
  store::TaskChange entry;
  entry.seq = static_cast<std::int64_t>(changes_.size()) + 1;
  entry.task_id = id;
  entry.op = std::move(op);
  entry.at = clock_.now();
  entry.by = by;
  changes_.push_back(std::move(entry));
}

void MemoryStore::notify() {
  std::function<void()> on_change;
  {
    const std::lock_guard lock(mutex_);
    on_change = on_change_;
  }
  if (on_change) on_change();
}

void MemoryStore::watch(std::function<void()> on_change) {
  const std::lock_guard lock(mutex_);
  on_change_ = std::move(on_change);
}

Result<Task> MemoryStore::add_task(const Task& task, std::string_view by) {
  Task stored = task;
  {
    const std::lock_guard lock(mutex_);
    if (auto bad = fault(); !bad) return fail(bad.error());
    for (const auto& [id, row] : tasks_) {
      if (row.task.name == task.name) return fail(ErrorCode::kAlreadyExists, "the name is taken");
    }
    stored.id = TaskId{next_task_++};
    stored.version = 1;
    stored.created_at = stored.updated_at = clock_.now();
    if (!stored.anchor_at) stored.anchor_at = stored.created_at;
    Row& row = tasks_[stored.id.value];
    row.task = stored;
    change(&row, stored.id, "insert", by);
  }
  notify();
  return stored;
}

Result<std::vector<Task>> MemoryStore::add_tasks(std::span<const Task> tasks, std::string_view by) {
  std::vector<Task> stored;
  for (const Task& task : tasks) {
    auto one = add_task(task, by);
    if (!one) return fail(one.error());
    stored.push_back(*one);
  }
  return stored;
}

Result<Task> MemoryStore::update_task(const Task& task, std::string_view by) {
  Task stored;
  {
    const std::lock_guard lock(mutex_);
    if (auto bad = fault(); !bad) return fail(bad.error());
    const auto found = tasks_.find(task.id.value);
    if (found == tasks_.end()) return fail(ErrorCode::kNotFound, "no such task");
    Row& row = found->second;
    if (row.task.version != task.version) return fail(ErrorCode::kVersionConflict, "changed");
    index(row, false);
    const bool paused = task.paused_until != row.task.paused_until;
    std::string paused_by = paused ? std::string(by) : row.task.paused_by;
    row.task = task;
    row.task.paused_by = task.paused_until ? std::move(paused_by) : std::string();
    change(&row, task.id, "update", by);
    stored = row.task;
  }
  notify();
  return stored;
}

Result<void> MemoryStore::remove_task(TaskId id, History history, std::string_view by) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = tasks_.find(id.value);
    if (found == tasks_.end()) return fail(ErrorCode::kNotFound, "no such task");
    index(found->second, false);
    for (const std::int64_t run : std::set(found->second.unfinished)) {
      Run& gone = runs_.at(run);
      set_status(gone, RunStatus::kCancelled);
      gone.reason = "the task was removed";
      gone.skip_kind = SkipKind::kRemoved;
      ++gone.fence;
    }
    if (history == History::kKeep) {
      const Task& task = found->second.task;
      removed_.insert(removed_.begin(), {id, task.name, task.type, clock_.now(), std::string(by)});
    }
    tasks_.erase(found);
    forget_decisions(id, history == History::kRemove ? Instant::min() : clock_.now());
    change(nullptr, id, "delete", by);
  }
  notify();
  return {};
}

Result<TaskView> MemoryStore::load_task(TaskId id) {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(id.value);
  if (found == tasks_.end()) return fail(ErrorCode::kNotFound, "no such task");
  return TaskView{found->second.task, found->second.execution};
}

Result<TaskView> MemoryStore::load_task_by_name(std::string_view name) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, row] : tasks_) {
    if (row.task.name == name) return TaskView{row.task, row.execution};
  }
  return fail(ErrorCode::kNotFound, "no such task");
}

/// Knows the one order the engine asks for; a single page.
Result<Page<TaskView>> MemoryStore::list_tasks(const TaskQuery& query) {
  const std::lock_guard lock(mutex_);
  Page<TaskView> page;
  for (const auto& [id, row] : tasks_) {
    if (query.active && row.task.active != *query.active) continue;
    page.rows.push_back({row.task, row.execution});
  }
  const auto next = [](const TaskView& view) {
    return view.execution.next_scheduled_at.value_or(Instant::min());
  };
  std::stable_sort(page.rows.begin(), page.rows.end(), [&](const auto& a, const auto& b) {
    return query.descending ? next(a) > next(b) : next(a) < next(b);
  });
  page.total = static_cast<std::int64_t>(page.rows.size());
  return page;
}

Result<std::vector<store::TaskChange>> MemoryStore::load_changes(std::int64_t after_seq,
                                                                 std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<store::TaskChange> found;
  for (auto at = static_cast<std::size_t>(after_seq); at < changes_.size(); ++at) {
    if (found.size() == limit) break;
    found.push_back(changes_[at]);
  }
  return found;
}

Result<std::vector<store::TaskChange>> MemoryStore::load_task_changes(TaskId id,
                                                                      std::int64_t before_seq,
                                                                      std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<store::TaskChange> found;
  for (auto at = changes_.rbegin(); at != changes_.rend() && found.size() < limit; ++at) {
    if (at->task_id == id && at->seq < before_seq) found.push_back(*at);
  }
  return found;
}

Result<std::int64_t> MemoryStore::last_change_seq() {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(changes_.size());
}

Result<store::Lease> MemoryStore::open_node(const store::NodeInfo& info, Duration lease) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  for (auto& [id, node] : nodes_) node.status = "dead";
  const Instant now = clock_.now();
  store::NodeView node{NodeId{next_node_++}, info, "live", now, now + lease};
  nodes_.emplace(node.id.value, node);
  return store::Lease{node.id, now, node.lease_until};
}

Result<store::Lease> MemoryStore::renew_lease(NodeId id, Duration lease) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  const auto found = nodes_.find(id.value);
  if (found == nodes_.end() || found->second.status == "dead") {
    return fail(ErrorCode::kStale, "this session was declared dead");
  }
  found->second.lease_until = clock_.now() + lease;
  return store::Lease{id, clock_.now(), found->second.lease_until};
}

Result<void> MemoryStore::set_draining(NodeId id) {
  const std::lock_guard lock(mutex_);
  nodes_.at(id.value).status = "draining";
  return {};
}

Result<void> MemoryStore::close_node(NodeId id) {
  const std::lock_guard lock(mutex_);
  nodes_.at(id.value).status = "dead";
  return {};
}

Result<std::vector<store::NodeView>> MemoryStore::list_nodes() {
  const std::lock_guard lock(mutex_);
  std::vector<store::NodeView> all;
  for (const auto& [id, node] : nodes_) all.push_back(node);
  return all;
}

Result<std::vector<store::DueTask>> MemoryStore::load_due(Instant until, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<store::DueTask> due;
  for (const auto& [at, id] : due_) {
    if (at > until || due.size() == limit) break;
    due.push_back({tasks_.at(id).task, at});
  }
  return due;
}

Result<std::optional<Instant>> MemoryStore::next_due_after(Instant until) {
  const std::lock_guard lock(mutex_);
  std::optional<Instant> next;
  for (const std::set<Key>* keys : {&due_, &queued_}) {
    const auto found = keys->upper_bound({until, INT64_MAX});
    if (found != keys->end()) next = std::min(next.value_or(found->first), found->first);
  }
  return next;
}

Result<std::vector<store::UnplannedTask>> MemoryStore::load_unplanned(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<store::UnplannedTask> found;
  for (const std::int64_t id : unplanned_) {
    if (found.size() == limit) break;
    found.push_back({tasks_.at(id).task, tasks_.at(id).execution});
  }
  return found;
}

Result<void> MemoryStore::save_plans(std::span<const store::PlanUpdate> plans) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return bad;
  for (const store::PlanUpdate& plan : plans) {
    const auto found = tasks_.find(plan.task_id.value);
    if (found == tasks_.end() || found->second.task.version != plan.task_version) continue;
    Row& row = found->second;
    index(row, false);
    row.planned_version = plan.task_version;
    row.execution.schedule_error = plan.schedule_error;
    row.execution.next_scheduled_at = plan.next_scheduled_at;
    index(row, true);
    unplanned_.erase(plan.task_id.value);
    forget_decisions(plan.task_id, clock_.now());
    note_skipped(plan.task_id, plan.skipped);
    ++plans_saved_;
  }
  return {};
}

}  // namespace rota::engine::testing
