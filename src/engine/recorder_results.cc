// The recorder's writes of results and start marks.
#include <algorithm>
#include <unordered_set>

#include "engine/recorder.h"

namespace rota::engine {
bool Recorder::mark_starts() {
  std::vector<store::StartMark> marks;
  {
    const std::lock_guard lock(mutex_);
    marks.swap(starts_);
  }
  if (marks.empty()) return true;
  const auto marked = core_.store.mark_started(core_.session.node(), marks);
  if (!marked) {
    core_.complain("starts could not be stored", marked.error());
    const std::lock_guard lock(mutex_);
    starts_.insert(starts_.begin(), marks.begin(), marks.end());
    return false;
  }
  std::unordered_set<std::int64_t> allowed;
  for (const RunId id : *marked) allowed.insert(id.value);
  for (const store::StartMark& mark : marks) {
    if (allowed.contains(mark.key.id.value)) {
      signals_.may_start(mark.key.id);
    } else {
      core_.held.remove(mark.key.id);
    }
  }
  return true;
}

bool Recorder::mark_long_runs() {
  const auto marks = core_.held.take_unmarked(core_.clock.steady_now() - kMarkAfter);
  if (marks.empty()) return true;
  const auto marked = core_.store.mark_started(core_.session.node(), marks);
  if (!marked) {
    // Not repeated: the mark only tells onlookers; the result will say all.
    core_.complain("running runs could not be marked", marked.error());
    return false;
  }
  std::unordered_set<std::int64_t> ours;
  for (const RunId id : *marked) ours.insert(id.value);
  const Instant now = core_.time.now();
  for (const store::StartMark& mark : marks) {
    const auto context = core_.held.context_of(mark.key.id);
    if (!context) continue;
    if (ours.contains(mark.key.id.value)) {
      core_.events.publish(Event::Kind::kRunStarted, context->task().id, mark.key.id, now);
    } else {
      context->request_stop(StopReason::kLeaseLost, "the run belongs to another node now");
    }
  }
  return true;
}

std::vector<Recorder::Finished> Recorder::take_batch() {
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(finished_.size(), batch_max_));
  std::vector<Finished> batch(std::make_move_iterator(finished_.begin()),
                              std::make_move_iterator(finished_.begin() + count));
  finished_.erase(finished_.begin(), finished_.begin() + count);
  return batch;
}

void Recorder::put_back(std::vector<Finished> batch) {
  const std::lock_guard lock(mutex_);
  finished_.insert(finished_.begin(), std::make_move_iterator(batch.begin()),
                   std::make_move_iterator(batch.end()));
}

bool Recorder::write_results() {
  std::vector<Finished> batch = take_batch();
  if (batch.empty()) return true;
  std::vector<store::RunResult> results;
  results.reserve(batch.size());
  for (Finished& finished : batch) {
    if (finished.context) finished.result.output_bytes = finished.context->output().bytes_written();
    results.push_back(finished.result);
  }
  const auto report = core_.store.record(core_.session.node(), results);
  if (report) {
    batch_max_ = std::max<std::size_t>(core_.options.record_batch, 1);
    settle(batch, *report);
    return true;
  }
  if (report.error().code == ErrorCode::kStale) {
    store::RecordReport all_stale;
    for (const Finished& finished : batch) all_stale.stale.push_back(finished.result.key.id);
    settle(batch, all_stale);
    return true;
  }
  core_.complain("results could not be stored; they are kept and tried again", report.error());
  if (!give_up_on(batch, report.error())) put_back(std::move(batch));
  return false;
}

/// A single result that can never be stored must not stand in the way of all others.
bool Recorder::give_up_on(std::vector<Finished>& batch, const Error& error) {
  if (!is_poison(error.code)) return false;
  if (batch.size() > 1) {
    batch_max_ = 1;
    return false;
  }
  core_.logger.error(kLogChannel, "a result cannot be stored and is dropped",
                     {{"run_id", batch[0].result.key.id.value}, {"error", error.message}});
  core_.held.remove(batch[0].result.key.id);
  return true;
}

void Recorder::settle(const std::vector<Finished>& batch, const store::RecordReport& report) {
  std::unordered_set<std::int64_t> stale;
  for (const RunId id : report.stale) stale.insert(id.value);
  core_.counters.stale_results += stale.size();
  for (const Finished& finished : batch) {
    core_.held.remove(finished.result.key.id);
    if (!stale.contains(finished.result.key.id.value)) announce(finished);
  }
  for (const TaskId task : report.deactivated) {
    core_.logger.warning(kLogChannel, "task switched off: too many failures in a row",
                         {{"task_id", task.value}});
    core_.events.publish(Event::Kind::kTaskChanged, task, {}, core_.time.now());
  }
}

void Recorder::announce(const Finished& finished) {
  const store::RunResult& result = finished.result;
  switch (result.status) {
    case RunStatus::kSucceeded:
      ++core_.counters.succeeded;
      break;
    case RunStatus::kSkipped:
      core_.counters.add_skipped(result.skip_kind, 1);
      break;
    default:
      ++core_.counters.failed;
  }
  core_.events.publish(Event::Kind::kRunFinished, result.task_id, result.key.id,
                       result.finished_at);
  if (result.retry) signals_.on_queued(result.retry->available_at);
  if (result.next_scheduled_at) signals_.on_next_slot(*result.next_scheduled_at);
}

}  // namespace rota::engine
