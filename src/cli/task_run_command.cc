// `rota task run`: queues a run for the server; with --wait its output is shown and its outcome
// becomes the exit code.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/database.h"
#include "cli/run_follow.h"
#include "cli/task_status.h"
#include "cli/text.h"
#include "model/names.h"

namespace rota::cli {
namespace {

Result<std::string> metadata_of(const TaskRunCommand& command, const Context& context) {
  if (command.metadata_file.empty()) return command.metadata;
  return read_text_file(command.metadata_file, context.console.in);
}

int print_outcome(const Console& console, const Run& run) {
  if (console.json) {
    print_run_json(console, run);
  } else {
    const Cell status = status_cell(run.status);
    console.err << fmt::format(
        "run {} {} after {}{}{}\n", run.id.value, console.styled(status.style, status.text),
        took_text(run.duration_ms.value_or(0)), run.result.empty() && run.error.empty() ? "" : ": ",
        escape_text(run.error.empty() ? run.result : run.error));
  }
  return exit_code_of(run.status);
}

}  // namespace

Result<int> run_command(const TaskRunCommand& command, const Context& context) {
  auto metadata = metadata_of(command, context);
  if (!metadata) return fail(metadata.error());
  context.sources["metadata"] = *metadata;
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto view = find_task(**scheduler, command.task);
  if (!view) return fail(view.error());
  auto serving = server_is_running(**scheduler, context.clock);
  if (!serving) return fail(serving.error());
  if (command.wait && !*serving) {
    return fail(ErrorCode::kUnavailable, "no server is running on this database, nothing would run",
                "start one with 'rota serve'; without --wait the run is queued for it");
  }
  auto run = (*scheduler)->run_task(view->task.id, *metadata, context.user);
  if (!run) return fail(run.error());
  if (!command.wait) {
    if (context.console.json) {
      print_run_json(context.console, *run);
    } else {
      context.console.out << fmt::format("queued run {} of task {}: {}\n", run->id.value,
                                         view->task.id.value, escape_text(view->task.name));
    }
    if (!*serving) context.console.note("no server is running; it runs when 'rota serve' starts");
    return 0;
  }
  FollowOptions options;
  if (command.wait_s > 0) options.patience = std::chrono::seconds{command.wait_s};
  // With --json standard output belongs to the final object alone.
  const Console quiet{context.console.in, context.console.err, context.console.err};
  Context watching{context.console.json ? quiet : context.console, context.clock, context.database,
                   context.user, context.sources};
  auto ended = follow_run(**scheduler, run->id, options, watching);
  if (!ended) return fail(ended.error());
  return print_outcome(context.console, *ended);
}

}  // namespace rota::cli
