// What happens to held runs from outside: a changed task, a drain, a lost lease, another node.
#include <algorithm>

#include "engine/held_runs.h"

namespace rota::engine {

std::vector<store::RunKey> HeldRuns::withdraw_if(TaskId task,
                                                 const std::function<bool(const Run&)>& remove) {
  const std::lock_guard lock(mutex_);
  std::vector<store::RunKey> gone;
  const auto entry = tasks_.find(task.value);
  if (entry == tasks_.end()) return gone;
  const std::vector<HeldRunPtr> runs = entry->second.runs;
  for (const HeldRunPtr& held : runs) {
    if (held->state != HeldState::kWaiting || !remove(held->run)) continue;
    gone.push_back({held->run.id, held->run.fence});
    erase(held);
  }
  return gone;
}

std::vector<store::RunKey> HeldRuns::take_unstarted() {
  const std::lock_guard lock(mutex_);
  std::vector<HeldRunPtr> unstarted;
  for (const auto& [id, held] : runs_) {
    const bool begun = held->state == HeldState::kExecuting || held->state == HeldState::kEnded;
    if (!begun && !held->marked) unstarted.push_back(held);
  }
  std::vector<store::RunKey> keys;
  for (const HeldRunPtr& held : unstarted) {
    keys.push_back({held->run.id, held->run.fence});
    erase(held);
  }
  return keys;
}

std::vector<std::shared_ptr<RunContext>> HeldRuns::drop_all() {
  const std::lock_guard lock(mutex_);
  std::vector<HeldRunPtr> unstarted;
  std::vector<std::shared_ptr<RunContext>> running;
  for (const auto& [id, held] : runs_) {
    if (held->state == HeldState::kExecuting) {
      running.push_back(held->context);
    } else if (held->state != HeldState::kEnded) {
      unstarted.push_back(held);
    }
  }
  for (const HeldRunPtr& held : unstarted) erase(held);
  return running;
}

void HeldRuns::refresh(const std::shared_ptr<const Task>& task) {
  const std::lock_guard lock(mutex_);
  const auto entry = tasks_.find(task->id.value);
  if (entry != tasks_.end()) entry->second.task = task;
}

bool HeldRuns::holds_task(TaskId task) const {
  const std::lock_guard lock(mutex_);
  return tasks_.contains(task.value);
}

std::shared_ptr<const Task> HeldRuns::task_of(TaskId task) const {
  const std::lock_guard lock(mutex_);
  const auto entry = tasks_.find(task.value);
  return entry == tasks_.end() ? nullptr : entry->second.task;
}

std::vector<store::StartMark> HeldRuns::take_unmarked(SteadyTime before) {
  const std::lock_guard lock(mutex_);
  std::vector<store::StartMark> marks;
  while (!unmarked_.empty() && unmarked_.begin()->first <= before) {
    HeldRun& held = *runs_.at(unmarked_.begin()->second);
    unmarked_.erase(unmarked_.begin());
    held.marked = true;
    marks.push_back({{held.run.id, held.run.fence}, held.context->started_at()});
  }
  return marks;
}

std::optional<SteadyTime> HeldRuns::oldest_unmarked() const {
  const std::lock_guard lock(mutex_);
  if (unmarked_.empty()) return std::nullopt;
  return unmarked_.begin()->first;
}

std::shared_ptr<RunContext> HeldRuns::context_of(RunId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id.value);
  return found == runs_.end() ? nullptr : found->second->context;
}

std::vector<std::shared_ptr<RunContext>> HeldRuns::executing() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<RunContext>> all;
  for (const auto& [id, held] : runs_) {
    if (held->state == HeldState::kExecuting) all.push_back(held->context);
  }
  return all;
}

void HeldRuns::set_marked(RunId id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id.value);
  if (found != runs_.end()) found->second->marked = true;
}

std::vector<HeldPair> HeldRuns::blocked_elsewhere() const {
  const std::lock_guard lock(mutex_);
  std::vector<HeldPair> all;
  for (const auto& [id, held] : runs_) {
    if (!held->elsewhere || held->state == HeldState::kExecuting) continue;
    all.push_back({held, tasks_.at(held->run.task_id.value).task});
  }
  return all;
}

std::optional<HeldPair> HeldRuns::cleared_elsewhere(const HeldRunPtr& held) {
  const std::lock_guard lock(mutex_);
  held->elsewhere.reset();
  if (held->state != HeldState::kBlocked) return std::nullopt;
  return next_blocked(held->run.task_id);
}

}  // namespace rota::engine
