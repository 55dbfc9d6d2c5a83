// `rota next`: when a schedule is due next. Reads no database.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/codec.h"
#include "cli/commands.h"
#include "cli/instant_option.h"
#include "cli/next_batch.h"
#include "cli/schedule_options.h"
#include "cli/table.h"

namespace rota::cli {
namespace {

std::vector<Instant> next_slots(const Schedule& schedule, Instant from, std::size_t count) {
  std::vector<Instant> slots;
  for (auto at = schedule.next(from); at && slots.size() < count; at = schedule.next(*at)) {
    slots.push_back(*at);
  }
  return slots;
}

void print_json(const Console& console, const Schedule& schedule, const std::string& timezone,
                Instant from, const std::vector<Instant>& slots) {
  api::JsonWriter json;
  json.begin_object()
      .field("schedule", schedule.text())
      .field("timezone", timezone)
      .field("description", schedule.describe())
      .key("next")
      .begin_array();
  for (const Instant at : slots) json.value(at);
  json.end_array().key("pitfalls");
  api::write_strings(json, schedule.pitfalls(from));
  if (slots.empty()) {
    json.field("reason", fmt::format("{}", fmt::join(never_because(schedule, from), "; ")));
  }
  json.end_object();
  console.out << json.take() << '\n';
}

void print_table(const Context& context, const Schedule& schedule, Instant from,
                 std::size_t count) {
  const Console& console = context.console;
  const auto slots = next_slots(schedule, from, count);
  console.out << schedule.describe() << "\n\n";
  for (const std::string& pitfall : schedule.pitfalls(from)) console.warn(pitfall);
  if (slots.empty()) {
    for (const std::string& line : never_because(schedule, from)) console.out << line << '\n';
    return;
  }
  Table table({{""}, {"LOCAL TIME"}, {"OFFSET"}, {"ZONE"}, {"UTC"}, {"IN", Align::kRight}});
  for (const Instant at : slots) {
    const ExplainedSlot slot = schedule.explain(at - Duration{1}, 1).at(0);
    table.add({{std::string(weekday_name(slot))},
               {slot.local, Style::kStrong},
               {slot.utc_offset},
               {slot.zone_abbreviation},
               {format_utc(slot.at), Style::kDim},
               {format_duration(slot.at - context.clock.now()), Style::kDim}});
  }
  table.print(console);
}

}  // namespace

Result<int> run_command(const NextCommand& command, const Context& context) {
  if (command.batch) return run_next_batch(context.console.in, context.console.out);
  if (command.schedule.empty()) {
    return fail(ErrorCode::kInvalidArgument, "a schedule is needed",
                "for example: rota next --tz Europe/London '30 9 * * 1-5'");
  }
  context.sources["schedule"] = command.schedule;
  auto from = instant_option("--from", command.from, this_second(context.clock));
  if (!from) return fail(from.error());
  auto anchor = instant_option("--anchor", command.anchor, *from);
  if (!anchor) return fail(anchor.error());

  auto options = schedule_options(command.days, command.timezone, *anchor, context);
  if (!options) return fail(options.error());
  auto schedule = Schedule::parse(command.schedule, *options);
  if (!schedule) return fail(schedule.error());
  if (context.console.json) {
    print_json(context.console, *schedule, command.timezone, *from,
               next_slots(*schedule, *from, command.count));
  } else {
    print_table(context, *schedule, *from, command.count);
  }
  return 0;
}

}  // namespace rota::cli
