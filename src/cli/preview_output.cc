// The answer to --dry-run: which slots of the next 60 days appear, vanish or move.
#include "cli/preview_output.h"

#include <fmt/format.h>

#include "api/preview_json.h"
#include "cli/calendar_commands.h"
#include "cli/table.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

using preview::CalendarPreview;
using preview::SlotChange;
using preview::SlotChangeKind;

std::string preview_json(const CalendarPreview& found) {
  api::JsonWriter json;
  json.begin_object().field("dry_run", true);
  api::write_preview_fields(json, found);
  return json.end_object().take();
}

// In the task's own zone, as people read it.
std::string local_text(const std::optional<Instant>& at, const std::string& timezone) {
  if (!at) return "-";
  const auto clock = Schedule::parse("* * * * * *", {.timezone = timezone});
  if (!clock) return format_utc(*at);
  const auto slots = clock->explain(*at - std::chrono::seconds{1}, 1);
  return slots.empty() ? format_utc(*at) : slots.front().local;
}

/// A line of the table: one change, or all of one kind on one date.
struct Line {
  SlotChangeKind kind;
  std::string from;
  std::string to;
  std::string why;
  std::size_t more = 0;
};

bool is_same_date(const std::string& left, const std::string& right) {
  return left.substr(0, 10) == right.substr(0, 10);
}

// A task that runs every few minutes has one line for each date, not hundreds.
std::vector<Line> lines_of(const preview::TaskPreview& task) {
  std::vector<Line> lines;
  for (const SlotChange& change : task.difference.changes) {
    Line line{change.kind, local_text(change.from, task.timezone),
              local_text(change.to, task.timezone), change.why};
    if (!lines.empty() && lines.back().kind == line.kind && lines.back().why == line.why &&
        is_same_date(lines.back().from, line.from) && is_same_date(lines.back().to, line.to)) {
      ++lines.back().more;
    } else {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

void print_table(const Console& console, const CalendarPreview& found) {
  Table table({{"TASK", Align::kLeft, true},
               {"CHANGE"},
               {"SLOT NOW"},
               {"SLOT THEN"},
               {"ZONE"},
               {"WHY", Align::kLeft, true}});
  for (const auto& task : found.tasks) {
    for (const Line& line : lines_of(task)) {
      const Style style = line.kind == SlotChangeKind::kVanishes ? Style::kWarning : Style::kPlain;
      const std::string more = line.more == 0 ? "" : fmt::format(" (and {} more)", line.more);
      const bool from = line.from != "-";
      table.add({{task.name, Style::kStrong},
                 {std::string(preview::name_of(line.kind)), style},
                 {line.from + (from ? more : "")},
                 {line.to + (from ? "" : more)},
                 {task.timezone, Style::kDim},
                 {line.why}});
    }
  }
  table.print(console);
}

void print_human(const Console& console, const CalendarPreview& found) {
  if (!found.tasks.empty()) print_table(console, found);
  console.out << fmt::format(
      "{}dry run, nothing was changed: of {} active tasks {} would change until {}; {} slots would "
      "vanish, {} appear, {} move\n",
      found.tasks.empty() ? "" : "\n", found.looked_at, found.changed,
      format_utc(found.until).substr(0, 10), found.vanish, found.appear, found.move);
  if (found.changed > found.tasks.size()) {
    console.note(fmt::format("the first {} tasks are listed", found.tasks.size()));
  }
  if (found.shortened > 0) {
    console.note(
        fmt::format("{} tasks have very many slots and were compared in part", found.shortened));
  }
  if (found.not_compared > 0) {
    console.note(
        fmt::format("{} more tasks follow the calendar and were not compared", found.not_compared));
  }
}

}  // namespace

void print_preview(const Console& console, const CalendarPreview& found) {
  if (console.json) {
    console.out << preview_json(found) << '\n';
  } else {
    print_human(console, found);
  }
}

Result<int> print_preview(const Context& context, const CalendarDatabase& database,
                          const preview::CalendarSet& after) {
  const Console& console = context.console;
  const bool shows = console.interactive && !console.json;
  bool shown = false;
  const auto progress = [&](std::int64_t done, std::int64_t total) {
    if (!shows || done >= total) return;
    shown = true;
    console.err << fmt::format("\r{} of {} tasks compared ", done, total) << std::flush;
  };
  const auto found = preview::preview_calendar_change(database.store(), database.calendars, after,
                                                      context.clock.now(), {}, progress);
  if (shown) console.err << "\r\x1b[K" << std::flush;
  if (!found) return fail(found.error());
  print_preview(console, *found);
  return 0;
}

}  // namespace rota::cli
