// `rota task pause` and `rota task resume`.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/database.h"
#include "cli/instant_option.h"
#include "cli/task_status.h"
#include "cli/text.h"

namespace rota::cli {

Result<int> run_command(const TaskPauseCommand& command, const Context& context) {
  auto until = instant_option("--until", command.until, kForever);
  if (!until) return fail(until.error());
  if (*until <= context.clock.now()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--until {} is in the past", format_utc(*until)),
                "give a moment to come, or none to pause until somebody resumes it");
  }
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto view = find_task(**scheduler, command.task);
  if (!view) return fail(view.error());
  auto paused = (*scheduler)->pause_task(view->task.id, *until, command.reason, context.user);
  if (!paused) return fail(paused.error());
  if (context.console.json) return print_task_json(context.console, **scheduler, paused->id);
  context.console.out << fmt::format(
      "paused task {}: {}; {}\n", paused->id.value, escape_text(paused->name),
      *until == kForever ? "until 'rota task resume'" : "until " + format_utc(*until));
  return 0;
}

Result<int> run_command(const TaskResumeCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto view = find_task(**scheduler, command.task);
  if (!view) return fail(view.error());
  auto resumed = (*scheduler)->resume_task(view->task.id, context.user);
  if (!resumed) return fail(resumed.error());
  if (context.console.json) return print_task_json(context.console, **scheduler, resumed->id);
  context.console.out << fmt::format(
      "resumed task {}: {}; it goes on from now, nothing is made up\n", resumed->id.value,
      escape_text(resumed->name));
  if (!resumed->active) {
    context.console.note("the task is switched off; 'rota task edit --active' switches it on");
  }
  return 0;
}

}  // namespace rota::cli
