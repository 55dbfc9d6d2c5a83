// `rota task remove`: asks, and says what happens to the history.
#include <fmt/format.h>

#include "api/json_writer.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

Result<std::int64_t> count_runs(const Scheduler& scheduler, TaskId id) {
  RunQuery query;
  query.task_id = id;
  query.limit = 1;
  auto page = scheduler.list_runs(query);
  if (!page) return fail(page.error());
  return page->total >= 0 ? page->total : static_cast<std::int64_t>(page->rows.size());
}

std::string history_text(const TaskRemoveCommand& command) {
  return command.with_history ? "its runs and their output are removed too"
                              : "its runs and their output stay (rota runs shows them)";
}

// Only a person at a terminal is asked; a program must say --yes.
Result<void> confirm(const TaskRemoveCommand& command, const Context& context, const Task& task) {
  if (command.yes) return {};
  if (!context.console.interactive || context.console.json) {
    return fail(ErrorCode::kInvalidArgument, "removing a task must be confirmed",
                "add --yes when no one can be asked");
  }
  context.console.err << fmt::format("Remove task {} '{}'? It is planned no more; {}. [y/N] ",
                                     task.id.value, escape_text(task.name), history_text(command));
  context.console.err.flush();
  std::string answer;
  std::getline(context.console.in, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(ErrorCode::kCancelled, "nothing was removed");
}

}  // namespace

Result<int> run_command(const TaskRemoveCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto view = find_task(**scheduler, command.task);
  if (!view) return fail(view.error());
  const Task& task = view->task;
  if (auto confirmed = confirm(command, context, task); !confirmed) return fail(confirmed.error());
  auto runs = count_runs(**scheduler, task.id);
  if (!runs) return fail(runs.error());
  const History history = command.with_history ? History::kRemove : History::kKeep;
  if (auto removed = (*scheduler)->remove_task(task.id, history, context.user); !removed) {
    return fail(removed.error());
  }
  if (context.console.json) {
    api::JsonWriter json;
    json.begin_object()
        .field("removed", task.id.value)
        .field("name", task.name)
        .field("history", command.with_history ? "removed" : "kept")
        .end_object();
    context.console.out << json.take() << '\n';
  } else {
    context.console.out << fmt::format("removed task {}: {}; {}\n", task.id.value,
                                       escape_text(task.name), history_text(command));
  }
  return 0;
}

}  // namespace rota::cli
