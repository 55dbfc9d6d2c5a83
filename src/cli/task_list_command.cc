// `rota task list`: the original's columns, past before future.
#include <fmt/format.h>

#include <array>

#include "api/codec.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/table.h"
#include "cli/task_status.h"

namespace rota::cli {
namespace {

constexpr std::size_t kNameLeast = 24;
constexpr std::size_t kLeast = 6;

TaskOrder order_of(const std::string& word) {
  constexpr std::array<std::pair<std::string_view, TaskOrder>, 7> kOrders{
      {{"id", TaskOrder::kId},
       {"name", TaskOrder::kName},
       {"type", TaskOrder::kType},
       {"priority", TaskOrder::kPriority},
       {"next", TaskOrder::kNextScheduled},
       {"executed", TaskOrder::kExecuted},
       {"failures", TaskOrder::kFailureCount}}};
  for (const auto& [name, order] : kOrders) {
    if (name == word) return order;
  }
  return TaskOrder::kId;
}

// Today's moments by their time alone, others without seconds; whole where no terminal limits us.
std::string moment_text(const std::optional<Instant>& at, const Context& context,
                        const char* otherwise) {
  if (!at) return otherwise;
  std::string text = short_utc(*at);
  constexpr std::size_t kDate = 10;  // 2026-11-23
  if (context.console.width == 0) return text;
  const bool today = text.substr(0, kDate) == short_utc(context.clock.now()).substr(0, kDate);
  return today ? text.substr(kDate + 1) : text.substr(0, text.size() - 3);
}

void print_table(const Context& context, const std::vector<TaskView>& tasks) {
  Table table({{"ID", Align::kRight},
               {"NAME", Align::kLeft, true, kNameLeast},
               {"TYPE", Align::kLeft, true, kLeast, 4},
               {"SCHEDULE", Align::kLeft, true, kLeast, 7},
               {"ZONE", Align::kLeft, true, kLeast, 3},
               {"WD", Align::kLeft, false, kLeast, 6},
               {"PRI", Align::kRight, false, kLeast, 2},
               {"STATUS"},
               {"LAST (UTC)", Align::kLeft, false, kLeast, 9},
               {"TOOK", Align::kRight, false, kLeast, 1},
               {"LAST RESULT", Align::kLeft, true, kLeast, 5},
               {"NEXT (UTC)", Align::kLeft, false, kLeast, 10},
               {"FAILS", Align::kRight, false, kLeast, 8}});
  for (const TaskView& view : tasks) {
    const Task& task = view.task;
    const TaskExecution& execution = view.execution;
    const bool failing = execution.failure_count > 0;
    table.add({{std::to_string(task.id.value)},
               {task.name, Style::kStrong},
               {task.type},
               {task.schedule},
               {task.timezone},
               {task.working_days_only ? "Yes" : "", Style::kWarning},
               {std::to_string(task.priority)},
               status_cell(view),
               {moment_text(execution.executed_at, context, "Never")},
               {took_text(execution.execution_time_ms)},
               {execution.last_result, failing ? Style::kBad : Style::kPlain},
               {moment_text(execution.next_scheduled_at, context, "-")},
               {std::to_string(execution.failure_count), failing ? Style::kBad : Style::kDim}});
  }
  table.print(context.console);
}

}  // namespace

Result<int> run_command(const TaskListCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  TaskQuery query;
  query.search = command.search;
  query.type = command.type;
  query.active = command.active;
  query.failing_only = command.failing;
  query.order = order_of(command.order);
  query.descending = command.descending;
  auto tasks = load_tasks(**scheduler, query, command.limit);
  if (!tasks) return fail(tasks.error());
  if (context.console.json) {
    api::JsonWriter json;
    json.begin_array();
    for (const TaskView& view : *tasks) api::write_task(json, view);
    json.end_array();
    context.console.out << json.take() << '\n';
    return 0;
  }
  if (!tasks->empty()) {
    print_table(context, *tasks);
  } else if (query.search.empty() && query.type.empty() && !query.active && !query.failing_only) {
    context.console.note(
        "there are no tasks yet: 'rota import demo' adds some, 'rota task add' one");
  } else {
    context.console.note("no task matches");
  }
  return 0;
}

}  // namespace rota::cli
