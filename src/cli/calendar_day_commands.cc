// `rota calendar day add`, `day remove` and `import`: days by hand and from a file.
#include <fmt/format.h>

#include <algorithm>

#include "api/json_writer.h"
#include "cli/calendar_audit.h"
#include "cli/calendar_commands.h"
#include "cli/database.h"
#include "cli/text.h"
#include "feeds/days_file.h"
#include "model/calendar_validation.h"

namespace rota::cli {

Result<int> run_calendar(const CalendarDayAdd& command, const Context& context) {
  const auto date = date_argument("DATE", command.date);
  if (!date) return fail(date.error());
  const Holiday day{*date, command.title, "hand", !command.working};
  if (auto valid = model::validate_holidays({&day, 1}); !valid) return fail(valid.error());
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  preview::CalendarSet after = database->calendars;
  const auto found = after.find(command.name);
  if (!found) return fail(found.error());
  const Calendar one = (*found)->calendar;
  const bool was_working = after.effective(one.id)->is_working_day(*date);
  preview::put_day(**found, day);
  if (command.dry_run) return print_preview(context, *database, after);
  const CalendarView* before = std::as_const(database->calendars).find(one.id);
  const CalendarAudit audit(
      context, *database, "calendar.day",
      {one.id, note_text(before->holidays, *date), note_text(std::vector{day}, *date)});
  if (auto put = database->store().put_holidays(one.id, {&day, 1}, context.user); !put) {
    return fail(put.error());
  }
  if (was_working == command.working) {
    context.console.note(fmt::format("{} was {} already", command.date,
                                     command.working ? "a working day" : "closed"));
  }
  return print_saved(
      context, *database, one.id,
      fmt::format("{}: {} is {}: {}", escape_text(one.name), command.date,
                  command.working ? "a working day" : "closed", escape_text(command.title)));
}

Result<int> run_calendar(const CalendarDayRemove& command, const Context& context) {
  const auto date = date_argument("DATE", command.date);
  if (!date) return fail(date.error());
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  preview::CalendarSet after = database->calendars;
  const auto found = after.find(command.name);
  if (!found) return fail(found.error());
  CalendarView& view = **found;
  const auto stands = std::ranges::find(view.holidays, *date, &Holiday::date);
  if (stands == view.holidays.end()) {
    const std::string why = after.effective(view.calendar.id)->closed_because(*date);
    return fail(ErrorCode::kNotFound,
                fmt::format("calendar '{}' has no day of its own on {}",
                            escape_text(view.calendar.name), command.date),
                why.empty() ? "it is a working day"
                            : fmt::format("it is closed by '{}'; 'rota calendar day add ... "
                                          "--working' opens it",
                                          escape_text(why)));
  }
  const std::string before = note_text(view.holidays, *date);
  view.holidays.erase(stands);
  if (command.dry_run) return print_preview(context, *database, after);
  const CalendarId id = view.calendar.id;
  const CalendarAudit audit(context, *database, "calendar.day", {id, before, {}});
  const auto removed = database->store().remove_holidays(id, {&*date, 1}, context.user);
  if (!removed) return fail(removed.error());
  return print_saved(context, *database, id,
                     fmt::format("{}: nothing of its own is said of {} any more",
                                 escape_text(view.calendar.name), command.date));
}

Result<int> run_calendar(const CalendarImport& command, const Context& context) {
  const auto text = read_text_file(command.file, context.console.in);
  if (!text) return fail(text.error());
  auto parsed = feeds::read_days_file(*text);
  if (!parsed) return fail(parsed.error());
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  preview::CalendarSet after = database->calendars;
  const auto found = after.find(command.name);
  if (!found) return fail(found.error());
  const Calendar one = (*found)->calendar;
  for (const std::string& note : parsed->notes) context.console.note(escape_text(note));
  if (command.dry_run) {
    preview::replace_days(**found, "import", std::move(parsed->days));
    return print_preview(context, *database, after);
  }
  const CalendarAudit audit(context, *database, "calendar.import",
                            {one.id,
                             {},
                             api::JsonWriter()
                                 .begin_object()
                                 .field("imported", parsed->days.size())
                                 .end_object()
                                 .take()});
  auto saved = database->store().replace_holidays(one.id, "import", parsed->days, context.user);
  if (!saved) return fail(saved.error());
  return print_saved(context, *database, one.id,
                     fmt::format("{}: {} days imported, {} to {}", escape_text(one.name),
                                 parsed->days.size(), model::format_date(parsed->days.front().date),
                                 model::format_date(parsed->days.back().date)));
}

}  // namespace rota::cli
