// `rota task add` and `rota task edit`: fields as options, all wrong ones reported at once.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/database.h"
#include "cli/preview_output.h"
#include "cli/task_fields.h"
#include "cli/task_status.h"
#include "cli/text.h"
#include "store/store.h"

namespace rota::cli {
namespace {

// The id of a calendar that people call by its name.
Result<std::string> calendar_id_of(Scheduler& scheduler, const std::string& name) {
  if (name.empty()) return name;
  const auto calendar = scheduler.store().load_calendar_by_name(name);
  if (calendar) return std::to_string(calendar->calendar.id.value);
  Error error = calendar.error();
  error.fields.push_back({"calendar_id", error.message, std::nullopt});
  return fail(std::move(error));
}

Result<void> set_field(Scheduler& scheduler, Task& task, const std::string& name,
                       const std::string& text) {
  if (name != "calendar_id") return set_task_field(task, name, text);
  const auto id = calendar_id_of(scheduler, text);
  if (!id) return fail(id.error());
  return set_task_field(task, name, *id);
}

// Sets every field that was typed; collects what is wrong with each, so that nobody has to try
// again for every mistake.
Result<void> apply_fields(Scheduler& scheduler, Task& task, const FieldTexts& fields,
                          const std::string& metadata_file, const Context& context) {
  std::vector<FieldError> wrong;
  for (const auto& [name, text] : fields) {
    context.sources[name] = text;
    if (auto set = set_field(scheduler, task, name, text); !set) {
      wrong.push_back(set.error().fields.empty()
                          ? FieldError{name, set.error().message, std::nullopt}
                          : set.error().fields.front());
    }
  }
  if (!metadata_file.empty()) {
    auto text = read_text_file(metadata_file, context.console.in);
    if (!text) return fail(text.error());
    task.metadata = *text;
  }
  if (wrong.empty()) return {};
  Error error{
      ErrorCode::kInvalidArgument,
      wrong.size() == 1 ? wrong.front().message : fmt::format("{} fields are wrong", wrong.size()),
      "", std::nullopt, std::move(wrong)};
  return fail(std::move(error));
}

Result<int> print_saved(const Context& context, const Scheduler& scheduler, const Task& task,
                        std::string_view what) {
  if (context.console.json) return print_task_json(context.console, scheduler, task.id);
  context.console.out << fmt::format("{} task {}: {}\n", what, task.id.value,
                                     escape_text(task.name));
  const auto schedule = scheduler.schedule_of(task);
  if (!schedule) return 0;
  context.console.out << escape_text(schedule->describe()) << '\n';
  for (const std::string& pitfall : schedule->pitfalls()) context.console.warn(pitfall);
  const auto next = schedule->explain(context.clock.now(), 1);
  if (!next.empty() && task.active) {
    context.console.out << fmt::format("next: {} {} = {}\n", next[0].local,
                                       next[0].zone_abbreviation, format_utc(next[0].at));
  }
  return 0;
}

// What the edit would do to the slots of the next 60 days.
Result<int> preview_edit(const Context& context, const Scheduler& scheduler, const Task& before,
                         const Task& after) {
  if (auto valid = scheduler.validate_task(after); !valid) return fail(valid.error());
  const auto old_schedule = scheduler.schedule_of(before);
  const auto new_schedule = scheduler.schedule_of(after);
  if (!new_schedule) return fail(new_schedule.error());
  const preview::Side now_side{before.active && old_schedule ? &*old_schedule : nullptr, nullptr};
  const preview::Side then_side{after.active ? &*new_schedule : nullptr, nullptr};
  const Instant now = context.clock.now();
  preview::CalendarPreview found;
  preview::TaskPreview one{after.id, after.name, after.timezone,
                           preview::compare(now_side, then_side, now)};
  found.from = now;
  found.until = one.difference.until;
  found.looked_at = 1;
  found.appear = one.difference.appear;
  found.vanish = one.difference.vanish;
  found.move = one.difference.move;
  found.changed = one.difference.changes.empty() ? 0 : 1;
  if (found.changed > 0) found.tasks.push_back(std::move(one));
  print_preview(context.console, found);
  return 0;
}

}  // namespace

Result<int> run_command(const TaskAddCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  Task task;
  if (auto applied =
          apply_fields(**scheduler, task, command.fields, command.metadata_file, context);
      !applied) {
    return fail(applied.error());
  }
  auto added = (*scheduler)->add_task(task, context.user);
  if (!added) return fail(added.error());
  return print_saved(context, **scheduler, *added, "added");
}

Result<int> run_command(const TaskEditCommand& command, const Context& context) {
  if (command.fields.empty() && command.metadata_file.empty()) {
    return fail(ErrorCode::kInvalidArgument, "nothing to change was given",
                "name the fields to change, for example --schedule '*/5 * * * *'");
  }
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto view = find_task(**scheduler, command.task);
  if (!view) return fail(view.error());
  Task task = view->task;
  if (command.expect_version && *command.expect_version != task.version) {
    return fail(
        ErrorCode::kVersionConflict,
        fmt::format("the task is at version {}, not {}", task.version, *command.expect_version),
        "look at it again with 'rota task show', then edit that version");
  }
  if (auto applied =
          apply_fields(**scheduler, task, command.fields, command.metadata_file, context);
      !applied) {
    return fail(applied.error());
  }
  if (command.dry_run) return preview_edit(context, **scheduler, view->task, task);
  auto saved = (*scheduler)->update_task(task, context.user);
  if (!saved) return fail(saved.error());
  return print_saved(context, **scheduler, *saved, "changed");
}

}  // namespace rota::cli
