// The way in: gates, overlaps and the ready queue.
#include "engine/executor.h"

#include <fmt/format.h>

#include "base/urgency.h"
#include "model/catch_up.h"

namespace rota::engine {

using model::OverlapAction;

Executor::Executor(Core& core, Recorder& recorder, Deadlines& deadlines)
    : core_(core), recorder_(recorder), deadlines_(deadlines), ready_(core.options.queue_limits) {}

void Executor::submit(const std::vector<HeldPair>& due) {
  for (const HeldPair& pair : due) {
    bool caught_up = false;
    if (auto why = refuse_late(pair, caught_up)) {
      if (core_.held.refuse(pair.held)) {
        finish_refused(pair, RunStatus::kSkipped, std::move(*why));
      }
    } else {
      admit(pair, caught_up);
    }
  }
}

/// A slot given back by a node that died comes again much later: then it is a missed one, or the
/// schedule has been changed and it is none at all.
std::optional<model::SkipReason> Executor::refuse_late(const HeldPair& pair, bool& caught_up) {
  const Run& run = pair.held->run;
  if (run.cause != RunCause::kSchedule) return std::nullopt;
  const bool edited = run.task_version != pair.task->version;
  const bool late =
      model::is_missed(run.scheduled_for, core_.time.now(), core_.options.misfire_grace) &&
      !waited_its_turn(pair);
  if (!edited && !late) return std::nullopt;
  const auto schedule = core_.schedules.find(*pair.task);
  if (!schedule || schedule->counts_from_finish() || schedule->runs_at_start()) return std::nullopt;
  if (edited && schedule->next(run.scheduled_for - Duration{1}) != run.scheduled_for) {
    return model::SkipReason{SkipKind::kChanged,
                             "the schedule was changed before this slot could run"};
  }
  return late ? refuse_missed(pair, *schedule, caught_up) : std::nullopt;
}

std::optional<model::SkipReason> Executor::refuse_missed(const HeldPair& pair,
                                                         const Schedule& schedule,
                                                         bool& caught_up) {
  const Instant slot = pair.held->run.scheduled_for;
  const Instant now = core_.time.now();
  const auto later = schedule.next(slot);
  auto why = model::missed_because(*pair.task, slot, now, later && *later <= now);
  if (why) why->text += model::outage_note(core_.outage(), slot);
  caught_up = !why;
  return why;
}

/// A slot that waits for the run before it is late for that reason, however long it takes; a server
/// that was stopped meanwhile and started anew does not make it a missed one. One that came while
/// no server was there is.
bool Executor::waited_its_turn(const HeldPair& pair) const {
  if (pair.task->overlap != Overlap::kQueue || pair.held->run.fence <= 1) return false;
  const auto outage = core_.outage();
  return !outage || pair.held->run.scheduled_for < outage->from;
}

void Executor::admit(const HeldPair& pair, bool caught_up) {
  Admission answer = core_.held.admit(pair.held, caught_up);
  const model::SkipReason by_this{SkipKind::kOverlap,
                                  fmt::format("overlap with run {}", pair.held->run.id.value)};
  for (const HeldPair& other : answer.to_cancel) {
    finish_refused(other, RunStatus::kCancelled, by_this);
  }
  for (const auto& context : answer.to_stop) {
    context->request_stop(StopReason::kOverlap, by_this.text);
  }
  if (answer.action == OverlapAction::kSkip) {
    finish_refused(pair, RunStatus::kSkipped,
                   {SkipKind::kOverlap, fmt::format("overlap with run {}", answer.other.value)});
  } else if (answer.action == OverlapAction::kLeaveOut) {
    finish_refused(pair, RunStatus::kSkipped,
                   {SkipKind::kBacklog, model::backlog_text(answer.waiting, answer.other)});
  } else if (answer.action == OverlapAction::kStart) {
    make_ready(pair);
  }
}

void Executor::finish_refused(const HeldPair& pair, RunStatus status, model::SkipReason why) {
  const Instant now = core_.time.now();
  auto result = make_refusal(pair.held->run, status, now, std::move(why));
  result.next_scheduled_at = next_after_finish(*pair.task, now);
  recorder_.submit_result(std::move(result), nullptr);
  if (const auto next = core_.held.end(pair.held)) make_ready(*next);
}

void Executor::make_ready(const HeldPair& pair) {
  ReadyRun run{pair, core_.handlers.find(pair.task->type)};
  if (pair.task->delivery != Delivery::kAtMostOnce) {
    push(std::move(run));
    return;
  }
  const Run& row = pair.held->run;
  core_.held.set_marked(row.id);
  {
    const std::lock_guard lock(mutex_);
    marking_.insert_or_assign(row.id.value, std::move(run));
  }
  recorder_.submit_start({{row.id, row.fence}, core_.time.now()});
}

void Executor::start_marked(RunId id) {
  std::optional<ReadyRun> run;
  {
    const std::lock_guard lock(mutex_);
    const auto found = marking_.find(id.value);
    if (found == marking_.end()) return;
    run = std::move(found->second);
    marking_.erase(found);
  }
  push(std::move(*run));
}

void Executor::push(ReadyRun run) {
  const WorkKind kind =
      run.handler && run.handler->blocking() ? WorkKind::kBlocking : WorkKind::kAsync;
  {
    const std::lock_guard lock(mutex_);
    ready_.push(std::move(run), kind, core_.time.now());
  }
  (kind == WorkKind::kBlocking ? blocking_ready_ : async_ready_).notify_one();
}

/// Call with the lock held.
std::optional<ReadyRun> Executor::pop(WorkKind kind) {
  if (kind == WorkKind::kAsync && async_executing_ >= core_.options.async_runs_max) {
    return std::nullopt;
  }
  auto run = ready_.pop(kind);
  if (!run) return run;
  ++executing_;
  if (kind == WorkKind::kAsync) ++async_executing_;
  return run;
}

void Executor::work(WorkKind kind, const std::stop_token& stop) {
  base::be_prompt();
  std::condition_variable_any& ready = kind == WorkKind::kBlocking ? blocking_ready_ : async_ready_;
  for (;;) {
    std::optional<ReadyRun> run;
    {
      std::unique_lock lock(mutex_);
      if (!ready.wait(lock, stop, [&] { return (run = pop(kind)).has_value(); })) return;
    }
    execute(std::move(*run), kind);
  }
}

std::size_t Executor::work_inline() {
  std::size_t began = 0;
  for (const WorkKind kind : {WorkKind::kAsync, WorkKind::kBlocking}) {
    for (;;) {
      std::optional<ReadyRun> run;
      {
        const std::lock_guard lock(mutex_);
        run = pop(kind);
      }
      if (!run) break;
      ++began;
      execute(std::move(*run), kind);
    }
  }
  return began;
}

}  // namespace rota::engine
