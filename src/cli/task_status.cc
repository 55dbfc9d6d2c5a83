#include "cli/task_status.h"

#include <fmt/format.h>

#include "api/codec.h"
#include "model/names.h"
#include "rota/result.h"

namespace rota::cli {

Cell status_cell(const TaskView& view) {
  if (!view.execution.schedule_error.empty()) return {"error", Style::kBad};
  if (!view.task.active) return {"off", Style::kDim};
  if (view.task.paused_until) return {"paused", Style::kWarning};
  if (view.execution.failure_count > 0) return {"failing", Style::kBad};
  if (!view.execution.executed_at) return {"new", Style::kDim};
  return {"ok", Style::kGood};
}

Cell status_cell(RunStatus status) {
  const std::string word(model::to_word(status));
  switch (status) {
    case RunStatus::kSucceeded:
      return {word, Style::kGood};
    case RunStatus::kFailed:
    case RunStatus::kTimedOut:
    case RunStatus::kLost:
      return {word, Style::kBad};
    case RunStatus::kCancelled:
      return {word, Style::kWarning};
    case RunStatus::kSkipped:
      return {word, Style::kDim};
    case RunStatus::kQueued:
    case RunStatus::kClaimed:
    case RunStatus::kRunning:
      break;
  }
  return {word, Style::kPlain};
}

std::string short_utc(Instant at) {
  std::string text = format_utc(std::chrono::floor<std::chrono::seconds>(at));
  text[10] = ' ';
  text.pop_back();
  return text;
}

std::string took_text(const std::optional<std::int64_t>& milliseconds) {
  if (!milliseconds) return {};
  if (*milliseconds < 1000) return fmt::format("{}ms", *milliseconds);
  if (*milliseconds < 60'000) {
    return fmt::format("{:.1f}s", static_cast<double>(*milliseconds) / 1000);
  }
  return format_duration(std::chrono::milliseconds{*milliseconds});
}

void print_task_json(const Console& console, const TaskView& view) {
  api::JsonWriter json;
  api::write_task(json, view);
  console.out << json.take() << '\n';
}

Result<int> print_task_json(const Console& console, const Scheduler& scheduler, TaskId id) {
  auto view = scheduler.load_task(id);
  if (!view) return fail(view.error());
  print_task_json(console, *view);
  return 0;
}

void print_run_json(const Console& console, const Run& run) {
  api::JsonWriter json;
  api::write_run(json, run);
  console.out << json.take() << '\n';
}

int exit_code_of(RunStatus status) {
  switch (status) {
    case RunStatus::kSucceeded:
      return 0;
    case RunStatus::kTimedOut:
      return error_traits(ErrorCode::kTimeout).exit_code;
    case RunStatus::kCancelled:
    case RunStatus::kSkipped:
      return error_traits(ErrorCode::kCancelled).exit_code;
    default:
      return error_traits(ErrorCode::kFailed).exit_code;
  }
}

}  // namespace rota::cli
