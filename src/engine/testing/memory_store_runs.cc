// Runs of the store in memory: claiming, recording, rescue.
#include <algorithm>

#include "engine/testing/memory_store.h"

namespace rota::engine::testing {

std::vector<Run> MemoryStore::all_runs() const {
  const std::lock_guard lock(mutex_);
  std::vector<Run> all;
  for (const auto& [id, run] : runs_) all.push_back(run);
  return all;
}

std::vector<Run> MemoryStore::runs_of(TaskId task) const {
  const std::lock_guard lock(mutex_);
  std::vector<Run> runs;
  const auto ids = run_ids_.find(task.value);
  if (ids == run_ids_.end()) return runs;
  for (const std::int64_t id : ids->second) {
    const auto found = runs_.find(id);
    if (found != runs_.end()) runs.push_back(found->second);
  }
  return runs;
}

Run& MemoryStore::insert_run(Run run) {
  run.id = RunId{next_run_++};
  run_ids_[run.task_id.value].push_back(run.id.value);
  const RunStatus status = run.status;
  run.status = RunStatus::kSkipped;
  Run& stored = runs_.emplace(run.id.value, std::move(run)).first->second;
  set_status(stored, status);
  return stored;
}

void MemoryStore::set_status(Run& run, RunStatus status) {
  const Key key{run.available_at, run.id.value};
  queued_.erase(key);
  if (status == RunStatus::kQueued) queued_.insert(key);
  run.status = status;
  const auto row = tasks_.find(run.task_id.value);
  if (row == tasks_.end()) return;
  if (is_final(status)) {
    row->second.unfinished.erase(run.id.value);
  } else {
    row->second.unfinished.insert(run.id.value);
  }
}

bool MemoryStore::owns(const Run& run, NodeId node, const store::RunKey& key) const {
  return run.node_id == node && run.fence == key.fence;
}

bool MemoryStore::may_claim(NodeId node) const {
  const auto found = nodes_.find(node.value);
  return found != nodes_.end() && found->second.status != "dead" &&
         found->second.lease_until > clock_.now();
}

store::ClaimedRun MemoryStore::claimed(const Run& run) {
  store::ClaimedRun claim{run, std::nullopt};
  for (const std::int64_t other : tasks_.at(run.task_id.value).unfinished) {
    if (other < run.id.value) claim.predecessor = RunId{other};
  }
  return claim;
}

Result<std::vector<store::ClaimedRun>> MemoryStore::claim_slots(
    NodeId node, std::span<const store::SlotClaim> claims) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  if (!may_claim(node)) return fail(ErrorCode::kStale, "the lease is gone");
  std::vector<store::ClaimedRun> runs;
  for (const store::SlotClaim& claim : claims) {
    const auto found = tasks_.find(claim.task_id.value);
    if (found == tasks_.end()) continue;
    Row& row = found->second;
    if (!row.task.active || row.task.version != claim.task_version ||
        row.execution.next_scheduled_at != claim.expected_next) {
      continue;
    }
    set_next(row, claim.new_next);
    note_skipped(claim.task_id, claim.skipped);
    for (const store::PlannedSlot& slot : claim.slots) {
      if (slots_.contains({claim.task_id.value, slot.at})) continue;
      Run run;
      run.task_id = claim.task_id;
      run.task_version = claim.task_version;
      run.scheduled_for = run.available_at = slot.at;
      run.cause = slot.cause;
      run.status = slot.skip ? RunStatus::kSkipped : RunStatus::kClaimed;
      run.reason = slot.reason;
      run.skip_kind = slot.kind;
      run.priority = claim.priority;
      run.node_id = node;
      run.fence = 1;
      if (slot.skip) run.finished_at = clock_.now();
      const Run& stored = insert_run(std::move(run));
      slots_[{claim.task_id.value, slot.at}] = stored.id.value;
      if (!slot.skip) runs.push_back(claimed(stored));
    }
  }
  return runs;
}

Result<store::ClaimedQueue> MemoryStore::claim_queued(NodeId node, Instant until,
                                                      std::size_t limit) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  if (!may_claim(node)) return fail(ErrorCode::kStale, "the lease is gone");
  store::ClaimedQueue queue;
  std::set<std::int64_t> tasks;
  while (!queued_.empty() && queued_.begin()->first <= until && queue.runs.size() < limit) {
    Run& run = runs_.at(queued_.begin()->second);
    set_status(run, RunStatus::kClaimed);
    run.node_id = node;
    ++run.fence;
    queue.runs.push_back(claimed(run));
    if (tasks.insert(run.task_id.value).second) {
      queue.tasks.push_back(tasks_.at(run.task_id.value).task);
    }
  }
  return queue;
}

Result<void> MemoryStore::release(NodeId node, std::span<const store::RunKey> keys) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return bad;
  for (const store::RunKey& key : keys) {
    const auto found = runs_.find(key.id.value);
    if (found == runs_.end() || !owns(found->second, node, key)) continue;
    if (found->second.status != RunStatus::kClaimed) continue;
    ++found->second.fence;
    found->second.node_id.reset();
    set_status(found->second, RunStatus::kQueued);
  }
  return {};
}

Result<void> MemoryStore::withdraw(NodeId node, std::span<const store::RunKey> keys) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return bad;
  for (const store::RunKey& key : keys) {
    const auto found = runs_.find(key.id.value);
    if (found == runs_.end() || !owns(found->second, node, key)) continue;
    if (found->second.status != RunStatus::kClaimed) continue;
    set_status(found->second, RunStatus::kCancelled);
    slots_.erase({found->second.task_id.value, found->second.scheduled_for});
    runs_.erase(found);
  }
  return {};
}

Result<std::vector<RunId>> MemoryStore::mark_started(NodeId node,
                                                     std::span<const store::StartMark> marks) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  std::vector<RunId> marked;
  for (const store::StartMark& mark : marks) {
    const auto found = runs_.find(mark.key.id.value);
    if (found == runs_.end() || !owns(found->second, node, mark.key)) continue;
    if (is_final(found->second.status)) continue;
    set_status(found->second, RunStatus::kRunning);
    found->second.started_at = mark.started_at;
    marked.push_back(mark.key.id);
  }
  return marked;
}

Result<store::RecordReport> MemoryStore::record(NodeId node,
                                                std::span<const store::RunResult> results) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  store::RecordReport report;
  for (const store::RunResult& result : results) {
    const auto found = runs_.find(result.key.id.value);
    const bool ours = found != runs_.end() && owns(found->second, node, result.key);
    if (ours && found->second.status == result.status) continue;  // written already
    if (!ours || is_final(found->second.status)) {
      report.stale.push_back(result.key.id);
    } else {
      apply(result, report);
    }
  }
  return report;
}

void MemoryStore::apply(const store::RunResult& result, store::RecordReport& report) {
  Run& run = runs_.at(result.key.id.value);
  set_status(run, result.status);
  if (result.started_at) run.started_at = result.started_at;
  run.finished_at = result.finished_at;
  run.duration_ms = result.elapsed.count() / 1000;
  run.result = result.result;
  run.error = result.error;
  if (!result.reason.empty()) run.reason = result.reason;
  run.skip_kind = result.skip_kind;
  run.output_bytes = result.output_bytes;
  if (result.retry) {
    report.retries.push_back(queue_retry(run, result.retry->available_at, result.retry->reason));
  }
  const auto found = tasks_.find(run.task_id.value);
  if (found == tasks_.end()) return;
  Row& row = found->second;
  if (result.started_at) {
    row.execution.executed_at = result.started_at;
    row.execution.execution_time_ms = run.duration_ms;
    row.execution.last_status = "recorded";
    row.execution.last_result = run.error.empty() ? run.result : run.error;
  }
  const bool planned = row.planned_version == row.task.version;
  if (result.next_scheduled_at && planned && !row.execution.next_scheduled_at) {
    set_next(row, result.next_scheduled_at);
  }
  count_failure(row, result, report);
}

void MemoryStore::count_failure(Row& row, const store::RunResult& result,
                                store::RecordReport& report) {
  if (result.failure_effect == store::FailureEffect::kReset) row.execution.failure_count = 0;
  if (result.failure_effect != store::FailureEffect::kCount) return;
  const std::int64_t failures = ++row.execution.failure_count;
  if (row.task.failures_max == 0 || failures < row.task.failures_max || !row.task.active) return;
  index(row, false);
  row.task.active = false;
  change(&row, row.task.id, "update", "engine");
  report.deactivated.push_back(row.task.id);
}

RunId MemoryStore::queue_retry(const Run& run, Instant available_at, const std::string& reason) {
  Run retry;
  retry.task_id = run.task_id;
  retry.task_version = run.task_version;
  retry.scheduled_for = run.scheduled_for;
  retry.cause = RunCause::kRetry;
  retry.status = RunStatus::kQueued;
  retry.reason = reason;
  retry.attempt = run.attempt + 1;
  retry.first_run_id = run.first_run_id.value_or(run.id);
  retry.priority = run.priority;
  retry.available_at = available_at;
  retry.metadata = run.metadata;
  return insert_run(std::move(retry)).id;
}

Result<void> MemoryStore::append_output(std::span<const OutputChunk> chunks) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return bad;
  for (const OutputChunk& chunk : chunks) output_[chunk.run_id.value].push_back(chunk);
  return {};
}

Result<store::RescueReport> MemoryStore::rescue(NodeId rescuer, Duration grace, int lost_max) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  store::RescueReport report;
  for (auto& [id, node] : nodes_) {
    if (node.id == rescuer || node.status == "dead") continue;
    if (node.lease_until + grace >= clock_.now()) continue;
    node.status = "dead";
    report.dead_nodes.push_back(node);
  }
  std::vector<std::int64_t> orphans;
  for (const auto& [task, row] : tasks_) {
    for (const std::int64_t id : row.unfinished) {
      const Run& run = runs_.at(id);
      const bool held = run.status == RunStatus::kClaimed || run.status == RunStatus::kRunning;
      if (held && nodes_.at(run.node_id->value).status == "dead") orphans.push_back(id);
    }
  }
  for (const std::int64_t id : orphans) rescue_run(runs_.at(id), lost_max, report);
  return report;
}

void MemoryStore::rescue_run(Run& run, int lost_max, store::RescueReport& report) {
  ++run.fence;
  if (run.status == RunStatus::kClaimed) {
    run.node_id.reset();
    set_status(run, RunStatus::kQueued);
    ++report.given_back;
    return;
  }
  ++report.lost;
  set_status(run, RunStatus::kLost);
  run.finished_at = clock_.now();
  run.reason = "its node died";
  const auto row = tasks_.find(run.task_id.value);
  if (row == tasks_.end() || row->second.task.delivery == Delivery::kAtMostOnce) return;
  if (run.attempt > lost_max) return;
  queue_retry(run, clock_.now(), "its node died while it ran");
  ++report.rerun;
}

Result<std::vector<Run>> MemoryStore::enqueue_runs(std::span<const store::NewRun> runs) {
  std::vector<Run> stored;
  {
    const std::lock_guard lock(mutex_);
    if (auto bad = fault(); !bad) return fail(bad.error());
    for (const store::NewRun& wanted : runs) {
      if (!tasks_.contains(wanted.task_id.value)) {
        return fail(ErrorCode::kNotFound, "no such task");
      }
    }
    for (const store::NewRun& wanted : runs) stored.push_back(enqueue(wanted));
  }
  notify();
  return stored;
}

Run MemoryStore::enqueue(const store::NewRun& wanted) {
  const Task& task = tasks_.at(wanted.task_id.value).task;
  Run run;
  run.task_id = wanted.task_id;
  run.task_version = task.version;
  run.scheduled_for = wanted.scheduled_for.value_or(clock_.now());
  run.available_at = wanted.available_at.value_or(clock_.now());
  run.cause = wanted.cause;
  run.status = RunStatus::kQueued;
  run.reason = wanted.reason;
  run.priority = wanted.priority.value_or(task.priority);
  run.metadata = wanted.metadata;
  run.requested_by = wanted.requested_by;
  return insert_run(std::move(run));
}

Result<bool> MemoryStore::cancel_queued(RunId id, std::string_view why) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id.value);
  if (found == runs_.end()) return fail(ErrorCode::kNotFound, "no such run");
  Run& run = found->second;
  if (run.status != RunStatus::kQueued) return false;
  run.status = RunStatus::kCancelled;
  run.reason = why;
  run.skip_kind = SkipKind::kCancelled;
  run.finished_at = clock_.now();
  ++run.fence;
  return true;
}

Result<Run> MemoryStore::load_run(RunId id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id.value);
  if (found == runs_.end()) return fail(ErrorCode::kNotFound, "no such run");
  return found->second;
}

Result<Page<Run>> MemoryStore::list_runs(const RunQuery& query) {
  Page<Run> page;
  for (const Run& run : all_runs()) {
    if (query.task_id && run.task_id != *query.task_id) continue;
    const auto& first = query.series;
    if (first && run.id != *first && run.first_run_id != first) continue;
    const auto& wanted = query.statuses;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), run.status) == wanted.end()) {
      continue;
    }
    page.rows.push_back(run);
  }
  std::reverse(page.rows.begin(), page.rows.end());
  return page;
}

Result<std::vector<OutputChunk>> MemoryStore::load_output(RunId id, std::int64_t after_seq,
                                                          std::size_t) {
  const std::lock_guard lock(mutex_);
  std::vector<OutputChunk> chunks = output_[id.value];
  std::erase_if(chunks, [&](const OutputChunk& chunk) { return chunk.seq <= after_seq; });
  return chunks;
}

Result<std::optional<std::string>> MemoryStore::load_setting(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = settings_.find(name);
  if (found == settings_.end()) return std::optional<std::string>{};
  return std::optional(found->second);
}

Result<std::size_t> MemoryStore::prune(const store::Retention& retention) {
  const std::lock_guard lock(mutex_);
  if (runs_.empty() || runs_.begin()->second.available_at >= retention.finished_before) return 0;
  return std::erase_if(runs_, [&](const auto& entry) {
    const Run& run = entry.second;
    return is_final(run.status) && run.finished_at && *run.finished_at < retention.finished_before;
  });
}

Result<store::StoreSummary> MemoryStore::summarize() {
  const std::lock_guard lock(mutex_);
  store::StoreSummary summary;
  summary.database = "memory";
  summary.tasks = static_cast<std::int64_t>(tasks_.size());
  summary.runs = static_cast<std::int64_t>(runs_.size());
  return summary;
}

}  // namespace rota::engine::testing
