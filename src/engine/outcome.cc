#include "engine/outcome.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/utf8.h"
#include "model/limits.h"
#include "model/retry.h"

namespace rota::engine {
namespace {

using store::FailureEffect;

/// A handler may have ended well although it was asked to stop: then that counts. Otherwise the
/// reason for the stop decides.
RunStatus final_status(const Ending& ending, const HandlerOutcome& outcome) {
  if (!is_final(outcome.status)) return RunStatus::kFailed;
  if (outcome.status == RunStatus::kSucceeded) return outcome.status;
  switch (ending.stop) {
    case StopReason::kNone:
      return outcome.status;
    case StopReason::kTimeout:
      return RunStatus::kTimedOut;
    default:
      return RunStatus::kCancelled;
  }
}

FailureEffect effect_of(RunStatus status, bool retried) {
  if (status == RunStatus::kSucceeded) return FailureEffect::kReset;
  const bool failed = status == RunStatus::kFailed || status == RunStatus::kTimedOut;
  return failed && !retried ? FailureEffect::kCount : FailureEffect::kNone;
}

/// Work that a drain cut short is done again, by the next server, unless that is forbidden.
std::optional<store::RetryPlan> after_drain(const Ending& ending, RunStatus status) {
  if (status != RunStatus::kCancelled || ending.stop != StopReason::kDrain) return std::nullopt;
  if (ending.task.delivery == Delivery::kAtMostOnce) return std::nullopt;
  return store::RetryPlan{ending.finished_at, "the server was stopped while it ran"};
}

}  // namespace

store::RunResult make_result(const Ending& ending, const HandlerOutcome& outcome) {
  store::RunResult result;
  result.key = {ending.run.id, ending.run.fence};
  result.task_id = ending.task.id;
  result.status = final_status(ending, outcome);
  result.started_at = ending.started_at;
  result.finished_at = ending.finished_at;
  result.elapsed = outcome.elapsed;
  result.result = base::one_line(outcome.result, model::kResultTextMax);
  result.error = base::one_line(outcome.error, model::kResultTextMax);
  result.reason = ending.stop_words;
  // A timeout may always be tried again: what the handler said of its failure was about stopping.
  const bool worth = outcome.worth_a_retry || ending.stop == StopReason::kTimeout;
  const auto retry =
      model::plan_retry(ending.task, ending.run, result.status, worth, ending.finished_at);
  if (retry) result.retry = store::RetryPlan{retry->available_at, retry->reason};
  if (!result.retry) result.retry = after_drain(ending, result.status);
  result.failure_effect = effect_of(result.status, result.retry.has_value());
  return result;
}

store::RunResult make_refusal(const Run& run, RunStatus status, Instant now,
                              model::SkipReason why) {
  store::RunResult result;
  result.key = {run.id, run.fence};
  result.task_id = run.task_id;
  result.status = status;
  result.finished_at = now;
  result.reason = std::move(why.text);
  result.skip_kind = why.kind;
  return result;
}

HandlerOutcome unknown_type(const std::string& type, const std::vector<std::string>& known) {
  HandlerOutcome outcome;
  outcome.status = RunStatus::kFailed;
  outcome.worth_a_retry = false;
  outcome.error = fmt::format("no handler has the type '{}'; the known types are {}", type,
                              known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
  return outcome;
}

}  // namespace rota::engine
