// `rota explain`: what a schedule means in English, its likely mistakes, and why each slot is when
// it is.
#include "api/codec.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/instant_option.h"
#include "cli/schedule_options.h"
#include "cli/table.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

// From --task the task's own options count; else those of the command line.
Result<Schedule> schedule_to_explain(const ExplainCommand& command, const Context& context,
                                     Instant from) {
  if (!command.task.empty()) {
    auto scheduler = open_database(context);
    if (!scheduler) return fail(scheduler.error());
    auto view = find_task(**scheduler, command.task);
    if (!view) return fail(view.error());
    context.sources["schedule"] = view->task.schedule;
    return (*scheduler)->schedule_of(view->task);
  }
  if (command.schedule.empty()) {
    return fail(ErrorCode::kInvalidArgument, "a schedule or --task is needed",
                "for example: rota explain --tz Europe/London '30 9 * * 1-5'");
  }
  context.sources["schedule"] = command.schedule;
  auto options = schedule_options(command.days, command.timezone, from, context);
  if (!options) return fail(options.error());
  return Schedule::parse(command.schedule, *options);
}

void print_json(const Console& console, const Schedule& schedule, Instant from,
                const std::vector<ExplainedSlot>& slots) {
  api::JsonWriter json;
  json.begin_object()
      .field("schedule", schedule.text())
      .field("description", schedule.describe())
      .key("pitfalls");
  api::write_strings(json, schedule.pitfalls(from));
  json.key("slots").begin_array();
  for (const ExplainedSlot& slot : slots) api::write_slot(json, slot);
  json.end_array().end_object();
  console.out << json.take() << '\n';
}

void print_human(const Console& console, const Schedule& schedule, Instant from,
                 const std::vector<ExplainedSlot>& slots) {
  console.out << console.styled(Style::kStrong, escape_text(schedule.describe())) << '\n';
  for (const std::string& pitfall : schedule.pitfalls(from)) {
    console.out << console.styled(Style::kWarning, "warning: ") << escape_text(pitfall) << '\n';
  }
  console.out << '\n';
  if (!schedule.next(from)) {
    for (const std::string& line : never_because(schedule, from)) console.out << line << '\n';
    if (slots.empty()) return;
    console.out << '\n';
  }
  Table table({{""}, {"LOCAL TIME"}, {"OFFSET"}, {"ZONE"}, {"UTC"}, {"WHY", Align::kLeft, true}});
  for (const ExplainedSlot& slot : slots) {
    table.add({{std::string(weekday_name(slot))},
               {slot.local, slot.runs ? Style::kStrong : Style::kDim},
               {slot.utc_offset},
               {slot.zone_abbreviation},
               {slot.runs ? format_utc(slot.at) : "-", Style::kDim},
               {why(slot), slot.runs ? Style::kPlain : Style::kWarning}});
  }
  table.print(console);
}

}  // namespace

Result<int> run_command(const ExplainCommand& command, const Context& context) {
  auto from = instant_option("--from", command.from, this_second(context.clock));
  if (!from) return fail(from.error());
  auto schedule = schedule_to_explain(command, context, *from);
  if (!schedule) return fail(schedule.error());
  const auto slots = schedule->explain(*from, command.count);
  if (context.console.json) {
    print_json(context.console, *schedule, *from, slots);
  } else {
    print_human(context.console, *schedule, *from, slots);
  }
  return 0;
}

}  // namespace rota::cli
