#include "cli/calendar_commands.h"

#include <fmt/format.h>

#include "cli/database.h"
#include "cli/text.h"
#include "schedule/holiday_list.h"

namespace rota::cli {

Result<int> run_command(const CalendarCommand& command, const Context& context) {
  return std::visit([&](const auto& what) { return run_calendar(what, context); }, command.what);
}

Result<CalendarDatabase> open_calendars(const Context& context) {
  CalendarDatabase database;
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  database.scheduler = std::move(*scheduler);
  auto calendars = preview::CalendarSet::load(database.store());
  if (!calendars) return fail(calendars.error());
  database.calendars = std::move(*calendars);
  return database;
}

Result<preview::CalendarSet> read_calendars(const Context& context) {
  if (!database_exists(context.database)) {
    context.console.note(
        fmt::format("there is no database at {}: these calendars are shipped", context.database));
    return preview::CalendarSet::shipped();
  }
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  return std::move(database->calendars);
}

Result<LocalDate> date_argument(std::string_view name, const std::string& text) {
  auto date = schedule::parse_local_date(text);
  if (date) return date;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{}: '{}' is no date", name, escape_text(text.substr(0, 40))),
              "write it like 2026-12-25");
}

Result<int> print_saved(const Context& context, CalendarDatabase& database, CalendarId id,
                        const std::string& sentence) {
  if (!context.console.json) {
    context.console.out << sentence << '\n';
    return 0;
  }
  auto calendars = preview::CalendarSet::load(database.store());
  if (!calendars) return fail(calendars.error());
  const CalendarView* view = std::as_const(*calendars).find(id);
  if (view == nullptr) return fail(ErrorCode::kNotFound, "the calendar was removed meanwhile");
  context.console.out << calendar_json(*calendars, *view, context.clock.now(), std::nullopt)
                      << '\n';
  return 0;
}

}  // namespace rota::cli
