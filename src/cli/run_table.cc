#include "cli/run_table.h"

#include <fmt/format.h>

#include "cli/table.h"
#include "cli/task_status.h"
#include "cli/text.h"
#include "model/names.h"

namespace rota::cli {
namespace {

// What people want to know about how it ended: the result, else the error, else the reason.
std::string outcome_text(const Run& run) {
  if (!run.error.empty()) return run.error;
  if (!run.result.empty()) return run.result;
  return run.reason;
}

}  // namespace

std::string lateness_text(const Run& run) {
  const bool scheduled = run.cause == RunCause::kSchedule || run.cause == RunCause::kCatchUp;
  if (!run.started_at || !scheduled) return {};
  const Duration late = *run.started_at - run.scheduled_for;
  if (late < std::chrono::seconds{1}) {
    return fmt::format("+{:.1f} ms", static_cast<double>(late.count()) / 1000);
  }
  return "+" + format_duration(late);
}

void print_runs(const Console& console, const std::vector<Run>& runs, const TaskNames& names) {
  std::vector<Column> columns{{"RUN", Align::kRight}};
  if (!names.empty()) columns.push_back({"TASK", Align::kLeft, true});
  for (Column column : std::vector<Column>{{"SLOT (UTC)"},
                                           {"CAUSE"},
                                           {"TRY", Align::kRight},
                                           {"STATUS"},
                                           {"LATE", Align::kRight},
                                           {"TOOK", Align::kRight},
                                           {"RESULT", Align::kLeft, true}}) {
    columns.push_back(std::move(column));
  }
  Table table(std::move(columns));
  for (const Run& run : runs) {
    std::vector<Cell> cells{{std::to_string(run.id.value)}};
    if (!names.empty()) {
      const auto found = names.find(run.task_id);
      cells.push_back(
          {found != names.end() ? found->second : fmt::format("(removed {})", run.task_id.value),
           Style::kStrong});
    }
    cells.push_back({short_utc(run.scheduled_for)});
    cells.push_back({std::string(model::to_word(run.cause)), Style::kDim});
    cells.push_back({std::to_string(run.attempt), Style::kDim});
    cells.push_back(status_cell(run.status));
    cells.push_back({lateness_text(run), Style::kDim});
    cells.push_back({took_text(run.duration_ms)});
    cells.push_back({outcome_text(run)});
    table.add(std::move(cells));
  }
  table.print(console);
}

std::string run_line(const Console& console, const Run& run, const std::string& task_name) {
  const Cell status = status_cell(run.status);
  return fmt::format("{}  {}  {}  {}  {}  {}",
                     short_utc(run.finished_at.value_or(run.available_at)), run.id.value,
                     console.styled(Style::kStrong, escape_text(task_name)),
                     console.styled(status.style, status.text), took_text(run.duration_ms),
                     escape_text(outcome_text(run)));
}

}  // namespace rota::cli
