// `rota backfill`: runs for slots of the past that did not run.
#include <fmt/format.h>

#include "api/codec.h"
#include "cli/backfill_table.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/instant_option.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

Result<Backfill> stretch_of(const BackfillCommand& command, TaskId task, const Clock& clock) {
  const auto from = instant_option("--from", command.from, Instant{});
  if (!from) return fail(from.error());
  const auto until = instant_option("--to", command.to, clock.now());
  if (!until) return fail(until.error());
  Backfill wanted;
  wanted.task_id = task;
  wanted.from = *from;
  wanted.until = *until;
  wanted.missing_only = command.missing_only;
  wanted.pace = std::chrono::milliseconds{static_cast<std::int64_t>(command.pace_s * 1000)};
  return wanted;
}

void tell(const Context& context, const std::vector<BackfillSlot>& plan, const Task& task,
          const BackfillCommand& command) {
  const std::size_t runs = count_runs(plan);
  if (plan.empty()) {
    context.console.note("the schedule has no slot in this stretch");
  } else if (command.dry_run) {
    context.console.note(
        fmt::format("{} of {} slots would be run; nothing has been changed", runs, plan.size()));
  } else {
    context.console.note(fmt::format(
        "queued {} of {} slots of '{}', one each {}; 'rota runs {}' shows them", runs, plan.size(),
        escape_text(task.name),
        format_duration(std::chrono::milliseconds{static_cast<std::int64_t>(command.pace_s * 1e3)}),
        task.id.value));
  }
}

}  // namespace

Result<int> run_command(const BackfillCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  const auto view = find_task(**scheduler, command.task);
  if (!view) return fail(view.error());
  const auto wanted = stretch_of(command, view->task.id, context.clock);
  if (!wanted) return fail(wanted.error());
  const auto plan = (*scheduler)->plan_backfill(*wanted);
  if (!plan) return fail(plan.error());
  if (!command.dry_run && count_runs(*plan) > 0) {
    if (const auto queued = (*scheduler)->backfill(*wanted, context.user); !queued) {
      return fail(queued.error());
    }
  }
  print_backfill(context.console, *plan);
  tell(context, *plan, view->task, command);
  return 0;
}

}  // namespace rota::cli
