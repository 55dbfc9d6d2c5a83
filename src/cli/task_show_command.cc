// `rota task show`: everything about one task, its next slots and its latest runs.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/database.h"
#include "cli/run_table.h"
#include "cli/table.h"
#include "cli/task_fields.h"
#include "cli/task_status.h"
#include "store/store.h"

namespace rota::cli {
namespace {

constexpr std::size_t kSlotsShown = 3;
constexpr std::size_t kRunsShown = 5;

std::string paused_text(const Task& task) {
  if (!task.paused_until) return {};
  std::string until =
      *task.paused_until >= kForever ? "until resumed" : "until " + format_utc(*task.paused_until);
  if (!task.paused_by.empty()) until = fmt::format("by {}, {}", task.paused_by, until);
  return task.pause_reason.empty() ? until : until + ": " + task.pause_reason;
}

// The next slots as its people's wall clocks show them, and in UTC.
std::string next_text(const Scheduler& scheduler, const TaskView& view, Instant now) {
  const auto schedule = scheduler.schedule_of(view.task);
  if (!schedule) return {};
  std::string text;
  for (const ExplainedSlot& slot : schedule->explain(now, kSlotsShown)) {
    if (!slot.runs) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : "\n", slot.local, slot.zone_abbreviation);
    if (slot.zone_abbreviation != "UTC") text += " = " + format_utc(slot.at);
    for (const std::string& note : slot.notes) text += "  (" + note + ")";
  }
  return text;
}

// The name of a task's own calendar; its id when somebody removed that calendar by hand.
std::string calendar_text(Scheduler& scheduler, const Task& task) {
  if (!task.calendar_id) return {};
  const auto calendar = scheduler.store().load_calendar(*task.calendar_id);
  return calendar ? calendar->calendar.name : std::to_string(task.calendar_id->value);
}

void print_human(const Context& context, Scheduler& scheduler, const TaskView& view) {
  const Task& task = view.task;
  const TaskExecution& execution = view.execution;
  const Task defaults;
  std::vector<std::pair<std::string, Cell>> pairs{{"id", {std::to_string(task.id.value)}}};
  for (const TaskField& field : task_fields()) {
    const bool is_calendar = field.name == "calendar_id";
    const std::string value = is_calendar ? calendar_text(scheduler, task) : field.get(task);
    // The common fields always; the others only where somebody chose something else.
    const bool common = &field - task_fields().data() < 9;
    if (common || value != field.get(defaults)) {
      pairs.emplace_back(is_calendar ? "calendar" : std::string(field.name),
                         Cell{value, Style::kPlain});
    }
  }
  const auto schedule = scheduler.schedule_of(task);
  pairs.push_back({"in words", {schedule ? schedule->describe() : "", Style::kStrong}});
  pairs.emplace_back("status", status_cell(view));
  pairs.push_back({"schedule_error", {execution.schedule_error, Style::kBad}});
  pairs.push_back({"paused", {paused_text(task), Style::kWarning}});
  pairs.push_back({"next", {next_text(scheduler, view, context.clock.now())}});
  pairs.push_back(
      {"executed_at", {execution.executed_at ? format_utc(*execution.executed_at) : "Never"}});
  pairs.push_back({"execution_time", {took_text(execution.execution_time_ms)}});
  pairs.push_back({"last_result", {execution.last_result}});
  pairs.push_back({"failure_count", {std::to_string(execution.failure_count)}});
  pairs.push_back(
      {"version",
       {fmt::format("{}, {} by {}", task.version, format_utc(task.updated_at), task.updated_by)}});
  print_pairs(context.console, pairs);
}

}  // namespace

Result<int> run_command(const TaskShowCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto view = find_task(**scheduler, command.task);
  if (!view) return fail(view.error());
  if (context.console.json) {
    print_task_json(context.console, *view);
    return 0;
  }
  print_human(context, **scheduler, *view);
  RunQuery query;
  query.task_id = view->task.id;
  query.limit = kRunsShown;
  auto runs = (*scheduler)->list_runs(query);
  if (!runs) return fail(runs.error());
  if (!runs->rows.empty()) {
    context.console.out << '\n';
    print_runs(context.console, runs->rows, {});
  }
  return 0;
}

}  // namespace rota::cli
