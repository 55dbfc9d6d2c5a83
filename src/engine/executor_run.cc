// The way through: one run at its handler, its timeout, and its end.
#include <fmt/format.h>

#include <exception>

#include "engine/executor.h"
#include "model/catch_up.h"

namespace rota::engine {
namespace {

/// How long a run may go on after it was asked to stop before it is recorded as timed out anyway.
constexpr Duration kStopGrace = std::chrono::seconds{10};

HandlerOutcome failure(std::string error) {
  HandlerOutcome outcome;
  outcome.status = RunStatus::kFailed;
  outcome.error = std::move(error);
  return outcome;
}

HandlerOutcome no_secrets(const Error& error) {
  HandlerOutcome outcome = failure(
      error.hint.empty() ? error.message : fmt::format("{} ({})", error.message, error.hint));
  outcome.worth_a_retry = error_traits(error.code).worth_a_retry;
  return outcome;
}

}  // namespace

struct Executor::Execution {
  Execution(ReadyRun the_run, WorkKind its_kind, std::shared_ptr<RunContext> its_context)
      : ready(std::move(the_run)), kind(its_kind), context(std::move(its_context)) {}
  ReadyRun ready;
  WorkKind kind;
  std::shared_ptr<RunContext> context;
  std::atomic<bool> recorded{false};
  std::atomic<bool> over{false};
};

std::shared_ptr<RunContext> Executor::make_context(const ReadyRun& ready,
                                                   std::shared_ptr<const Task> task) {
  RunContext::Setup setup;
  setup.run = ready.pair.held->run;
  setup.started_steady = core_.clock.steady_now();
  setup.started_at = core_.time.instant_of(setup.started_steady);
  if (task->timeout_s > 0) {
    setup.deadline = setup.started_steady + std::chrono::seconds{task->timeout_s};
  }
  if (auto schedule = core_.schedules.find(*task)) setup.schedule = std::move(*schedule);
  setup.task = std::move(task);
  setup.output_bytes_max = core_.options.output_bytes_max;
  setup.logger = core_.logger;
  setup.secrets = core_.secrets;
  setup.on_output = [this](const auto& context) { recorder_.note_output(context); };
  return std::make_shared<RunContext>(std::move(setup), core_.clock);
}

void Executor::execute(ReadyRun ready, WorkKind kind) {
  const Run& run = ready.pair.held->run;
  auto task = core_.held.task_of(run.task_id);
  if (!task) task = ready.pair.task;
  if (auto why = model::barred_because(*task, run, core_.time.now())) {
    if (core_.held.refuse(ready.pair.held)) {
      finish_refused(ready.pair, RunStatus::kSkipped, std::move(*why));
    }
    return leave(ready, kind);
  }
  auto context = make_context(ready, std::move(task));
  if (!core_.held.begin(ready.pair.held, context)) return leave(ready, kind);
  ++core_.counters.started;
  if (run.cause == RunCause::kSchedule && run.fence <= 1) {
    core_.counters.add_lateness(context->started_at() - run.scheduled_for);
  }
  recorder_.note_started();
  const auto execution = std::make_shared<Execution>(std::move(ready), kind, std::move(context));
  if (!execution->ready.handler) {
    return ended(execution, unknown_type(execution->context->task().type, core_.handlers.types()));
  }
  if (auto filled = execution->context->fill_in_secrets(*execution->ready.handler); !filled) {
    return ended(execution, no_secrets(filled.error()));
  }
  watch_deadline(execution);
  try {
    execution->ready.handler->execute(execution->context, [this, execution](HandlerOutcome out) {
      ended(execution, std::move(out));
    });
  } catch (const std::exception& thrown) {
    ended(execution, failure(fmt::format("the handler threw: {}", thrown.what())));
  } catch (...) {
    ended(execution, failure("the handler threw something unknown"));
  }
}

void Executor::watch_deadline(const ExecutionPtr& execution) {
  const auto deadline = execution->context->deadline();
  if (!deadline) return;
  const RunId id = execution->context->run().id;
  const std::weak_ptr<Execution> weak = execution;
  const auto give_up = [this, weak] {
    const auto still = weak.lock();
    if (!still) return;
    HandlerOutcome outcome;
    outcome.status = RunStatus::kTimedOut;
    outcome.error = "timed out, and it did not stop when asked";
    outcome.elapsed = core_.clock.steady_now() - still->context->started_steady();
    record(still, outcome);
  };
  const auto stop = [this, weak, id, give_up, at = *deadline] {
    const auto still = weak.lock();
    if (!still) return;
    deadlines_.add(id, at + kStopGrace, give_up);
    still->context->request_stop(
        StopReason::kTimeout,
        fmt::format("timed out after {}",
                    format_duration(std::chrono::seconds{still->context->task().timeout_s})));
  };
  deadlines_.add(id, *deadline, stop);
}

void Executor::ended(const ExecutionPtr& execution, HandlerOutcome outcome) {
  if (execution->over.exchange(true)) return;
  const RunContext& context = *execution->context;
  if (const auto deadline = context.deadline()) {
    deadlines_.remove(context.run().id, *deadline);
    deadlines_.remove(context.run().id, *deadline + kStopGrace);
  }
  if (outcome.elapsed == Duration::zero()) {
    outcome.elapsed = core_.clock.steady_now() - context.started_steady();
  }
  record(execution, outcome);
  if (const auto next = core_.held.end(execution->ready.pair.held)) make_ready(*next);
  leave(execution->ready, execution->kind);
}

void Executor::record(const ExecutionPtr& execution, const HandlerOutcome& outcome) {
  if (execution->recorded.exchange(true)) return;
  RunContext& context = *execution->context;
  context.finish_output();
  const Instant now = core_.time.now();
  auto result = make_result({context.task(), context.run(), context.started_at(), now,
                             context.stop_reason(), context.stop_words(), context.mask()},
                            outcome);
  if (!result.retry) result.next_scheduled_at = next_after_finish(context.task(), now);
  recorder_.submit_result(std::move(result), execution->context);
}

std::optional<Instant> Executor::next_after_finish(const Task& task, Instant finished) {
  const auto schedule = core_.schedules.find(task);
  if (!schedule || !schedule->counts_from_finish()) return std::nullopt;
  return schedule->next(finished);
}

void Executor::leave(const ReadyRun& ready, WorkKind kind) {
  {
    const std::lock_guard lock(mutex_);
    ready_.release(ready.pair.task->queue);
    --executing_;
    if (kind == WorkKind::kAsync) --async_executing_;
  }
  blocking_ready_.notify_one();
  async_ready_.notify_one();
  idle_.notify_all();
}

void Executor::stop_all(StopReason why, const std::string& words) {
  for (const auto& context : core_.held.executing()) context->request_stop(why, words);
}

bool Executor::wait_idle(SteadyTime until) {
  std::unique_lock lock(mutex_);
  while (executing_ > 0 && core_.clock.steady_now() < until) {
    idle_.wait_for(lock, std::chrono::milliseconds{50});
  }
  return executing_ == 0;
}

std::size_t Executor::executing() const {
  const std::lock_guard lock(mutex_);
  return executing_;
}

}  // namespace rota::engine
