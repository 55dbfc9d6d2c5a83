// `rota task pause` and `rota task resume`.
#include <fmt/format.h>

#include "cli/backfill_table.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/instant_option.h"
#include "cli/task_status.h"
#include "cli/text.h"
#include "model/names.h"

namespace rota::cli {
namespace {

Result<int> show_catch_up(const Result<std::vector<BackfillSlot>>& plan, const Task& task,
                          const Context& context) {
  if (!plan) return fail(plan.error());
  print_backfill(context.console, *plan);
  context.console.note(fmt::format(
      "'rota task resume {} --catch-up' would run {} of {} slots that the pause took away in the"
      " last {} (catch-up policy: {}); nothing has been changed",
      task.id.value, count_runs(*plan), plan->size(),
      format_duration(std::chrono::seconds{task.catch_up_window_s}),
      model::to_word(task.catch_up)));
  return 0;
}

std::string resumed_words(const TaskResumeCommand& command,
                          const Result<std::vector<BackfillSlot>>& plan, std::size_t made_up) {
  if (command.catch_up) return fmt::format("it goes on from now, {} slots are made up", made_up);
  const std::size_t skipped = plan ? plan->size() : 0;
  if (skipped == 0) return "it goes on from now";
  return fmt::format("it goes on from now, {} slots of the pause stay unrun", skipped);
}

}  // namespace

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
  const auto plan = (*scheduler)->plan_catch_up(view->task.id);
  if (command.dry_run) return show_catch_up(plan, view->task, context);
  auto resumed = (*scheduler)->resume_task(view->task.id, context.user);
  if (!resumed) return fail(resumed.error());
  std::size_t made_up = 0;
  if (command.catch_up) {
    const auto queued = (*scheduler)->catch_up_task(view->task.id, context.user);
    if (!queued) return fail(queued.error());
    made_up = queued->size();
  }
  if (context.console.json) return print_task_json(context.console, **scheduler, resumed->id);
  context.console.out << fmt::format("resumed task {}: {}; {}\n", resumed->id.value,
                                     escape_text(resumed->name),
                                     resumed_words(command, plan, made_up));
  if (!resumed->active) {
    context.console.note("the task is switched off; 'rota task edit --active' switches it on");
  }
  return 0;
}

}  // namespace rota::cli
