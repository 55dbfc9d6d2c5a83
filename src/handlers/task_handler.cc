// The template method around every run. Finish guards the one promise the engine rests on: `done`
// is called exactly once, also by handlers that throw, answer twice or forget to answer.
#include <fmt/format.h>

#include <atomic>
#include <exception>

#include "base/log.h"
#include "base/mask.h"
#include "rota/handler.h"

namespace rota {
namespace {

constexpr std::string_view kChannel = "tasks";
constexpr std::size_t kResultBytesMax = 4096;

std::string sentence(const Error& error) {
  return error.hint.empty() ? error.message : fmt::format("{} ({})", error.message, error.hint);
}

class Finish {
 public:
  Finish(std::shared_ptr<TaskContext> task, Completion done)
      : task_(std::move(task)),
        done_(std::move(done)),
        logger_(task_->logger()),
        run_id_(task_->run().id),
        began_(task_->clock().steady_now()) {}

  ~Finish() {
    if (finished_) return;
    complete(fail(ErrorCode::kFailed, "the handler ended without giving a result"));
  }

  void complete(const Result<std::string>& result) {
    if (finished_.exchange(true)) {
      logger_.warning(kChannel, "answered twice", {{"run_id", run_id_.value}});
      return;
    }
    HandlerOutcome outcome = outcome_of(result);
    outcome.elapsed = task_->clock().steady_now() - began_;
    log_end(outcome);
    // The engine may free the run's state as soon as it has its answer.
    const Completion done = std::move(done_);
    task_.reset();
    done(std::move(outcome));
  }

  void log_start() const { log(base::LogLevel::kInfo, "started"); }

 private:
  std::string shown(const std::string& text) const {
    return base::masked_line(task_->mask().get(), text, kResultBytesMax);
  }

  HandlerOutcome outcome_of(const Result<std::string>& result) const {
    HandlerOutcome outcome;
    if (result) {
      outcome.result = shown(*result);
      return outcome;
    }
    outcome.status = status_of(result.error().code);
    outcome.error = shown(sentence(result.error()));
    outcome.worth_a_retry = error_traits(result.error().code).worth_a_retry;
    return outcome;
  }

  // A run that failed because it was asked to stop did not fail: it timed out or was cancelled.
  RunStatus status_of(ErrorCode code) const {
    if (task_->stop_token().stop_requested()) {
      const auto deadline = task_->deadline();
      const bool late = deadline && task_->clock().steady_now() >= *deadline;
      return late ? RunStatus::kTimedOut : RunStatus::kCancelled;
    }
    if (code == ErrorCode::kTimeout) return RunStatus::kTimedOut;
    if (code == ErrorCode::kCancelled) return RunStatus::kCancelled;
    if (code == ErrorCode::kStale) return RunStatus::kLost;
    return RunStatus::kFailed;
  }

  void log_end(const HandlerOutcome& outcome) const {
    const std::int64_t ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(outcome.elapsed).count();
    switch (outcome.status) {
      case RunStatus::kSucceeded:
        return log_end(base::LogLevel::kInfo, "completed", ms, {"result", outcome.result});
      case RunStatus::kTimedOut:
        return log_end(base::LogLevel::kError, "timed out", ms, {"error", outcome.error});
      case RunStatus::kCancelled:
        return log_end(base::LogLevel::kWarning, "cancelled", ms, {"error", outcome.error});
      case RunStatus::kLost:
        return log_end(base::LogLevel::kError, "lost", ms, {"error", outcome.error});
      default:
        return log_end(base::LogLevel::kError, "failed", ms, {"error", outcome.error});
    }
  }

  void log_end(base::LogLevel level, std::string_view message, std::int64_t ms,
               base::LogField last) const {
    const Task& task = task_->task();
    const Run& run = task_->run();
    logger_.log(level, kChannel, message,
                {{"task", task.name},
                 {"task_id", task.id.value},
                 {"type", task.type},
                 {"run_id", run.id.value},
                 {"attempt", std::int64_t{run.attempt}},
                 {"duration_ms", ms},
                 last});
  }

  void log(base::LogLevel level, std::string_view message) const {
    const Task& task = task_->task();
    const Run& run = task_->run();
    const std::string scheduled_for = format_utc(run.scheduled_for);
    logger_.log(level, kChannel, message,
                {{"task", task.name},
                 {"task_id", task.id.value},
                 {"type", task.type},
                 {"run_id", run.id.value},
                 {"attempt", std::int64_t{run.attempt}},
                 {"scheduled_for", scheduled_for}});
  }

  std::shared_ptr<TaskContext> task_;
  Completion done_;
  const base::Logger logger_;
  const RunId run_id_;
  const SteadyTime began_;
  std::atomic<bool> finished_{false};
};

}  // namespace

// The context is this call's own: it lives until begin() has returned, even if the run has ended.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void TaskHandler::execute(std::shared_ptr<TaskContext> task, Completion done) {
  auto finish = std::make_shared<Finish>(task, std::move(done));
  finish->log_start();
  try {
    begin(task, [finish](const Result<std::string>& result) { finish->complete(result); });
  } catch (const std::exception& thrown) {
    finish->complete(fail(ErrorCode::kFailed, fmt::format("the handler threw: {}", thrown.what())));
  } catch (...) {
    finish->complete(fail(ErrorCode::kFailed, "the handler threw something unknown"));
  }
}

void TaskHandler::begin(const std::shared_ptr<TaskContext>& task,
                        std::function<void(Result<std::string>)> done) {
  const auto answer = std::move(done);
  answer(handle(*task));
}

}  // namespace rota
