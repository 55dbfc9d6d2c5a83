// `rota calendar add`, `edit`, `remove` and `default`.
#include <fmt/format.h>

#include "api/json_writer.h"
#include "calendar/weekend.h"
#include "cli/calendar_audit.h"
#include "cli/calendar_commands.h"
#include "cli/text.h"
#include "model/calendar_validation.h"

namespace rota::cli {
namespace {

Result<void> set_date(std::string_view name, const std::string& text,
                      std::optional<LocalDate>& to) {
  to.reset();
  if (text.empty()) return {};
  auto date = date_argument(name, text);
  if (!date) return fail(date.error());
  to = *date;
  return {};
}

Result<void> set_weekend(const std::string& text, std::optional<std::string>& weekend) {
  if (text == "parent") {
    weekend.reset();
    return {};
  }
  auto days = calendar::parse_weekend(text);
  if (!days) return fail(days.error());
  weekend = calendar::format_weekend(*days);
  return {};
}

Result<void> set_parent(const std::string& text, preview::CalendarSet& calendars,
                        std::optional<CalendarId>& parent) {
  parent.reset();
  if (text.empty()) return {};
  const auto found = calendars.find(text);
  if (!found) return fail(found.error());
  parent = (*found)->calendar.id;
  return {};
}

Result<void> set_field(Calendar& one, const std::string& name, const std::string& text,
                       preview::CalendarSet& calendars) {
  if (name == "parent") return set_parent(text, calendars, one.parent_id);
  if (name == "weekend") return set_weekend(text, one.weekend);
  if (name == "valid_from") return set_date("--valid-from", text, one.valid_from);
  if (name == "valid_until") return set_date("--valid-until", text, one.valid_until);
  if (name == "rule") one.rule = text;
  if (name == "description") one.description = text;
  if (name == "name") one.name = text;
  return {};
}

Result<void> set_fields(Calendar& one, const CalendarTexts& fields, preview::CalendarSet& calendars,
                        const Context& context) {
  for (const auto& [name, text] : fields) {
    context.sources[name] = text;
    if (auto set = set_field(one, name, text, calendars); !set) return set;
  }
  return model::validate_calendar(one);
}

// What the store would say of a parent: asked here so that a dry run says it too.
Result<void> check_parents(const preview::CalendarSet& calendars, const Calendar& one) {
  std::optional<CalendarId> next = one.parent_id;
  for (std::size_t depth = 1; next; ++depth) {
    if (*next == one.id || depth >= kCalendarDepthMax) {
      return fail(ErrorCode::kInvalidArgument,
                  *next == one.id ? "the parent stands on this calendar itself"
                                  : fmt::format("more than {} calendars would stand on one another",
                                                kCalendarDepthMax),
                  "choose another parent; rota calendar list shows what stands on what");
    }
    const CalendarView* parent = calendars.find(*next);
    next = parent == nullptr ? std::nullopt : parent->calendar.parent_id;
  }
  return {};
}

// As the API notes it.
std::string default_text(const preview::CalendarSet& calendars) {
  const CalendarView* view = calendars.find(calendars.default_id());
  if (view == nullptr) return {};
  api::JsonWriter json;
  return json.begin_object().field("default", view->calendar.name).end_object().take();
}

Result<void> confirm_removal(const CalendarRemove& command, const Context& context,
                             const std::string& name) {
  if (command.yes) return {};
  if (!context.console.interactive || context.console.json) {
    return fail(ErrorCode::kInvalidArgument, "removing a calendar must be confirmed",
                "add --yes when no one can be asked");
  }
  context.console.err << fmt::format("Remove calendar '{}' with its days and its feed? [y/N] ",
                                     escape_text(name))
                      << std::flush;
  std::string answer;
  std::getline(context.console.in, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(ErrorCode::kCancelled, "nothing was removed");
}

}  // namespace

Result<int> run_calendar(const CalendarAdd& command, const Context& context) {
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  preview::CalendarSet after = database->calendars;
  CalendarView view;
  view.calendar.name = command.name;
  if (auto set = set_fields(view.calendar, command.fields, after, context); !set) {
    return fail(set.error());
  }
  if (command.dry_run) {
    after.add(std::move(view));
    return print_preview(context, *database, after);
  }
  const CalendarAudit audit(context, *database, "calendar.add", {});
  const auto added = database->store().add_calendar(view.calendar, context.user);
  if (!added) return fail(added.error());
  return print_saved(context, *database, added->id,
                     fmt::format("added calendar '{}'; tasks follow it with 'rota task edit TASK "
                                 "--calendar'",
                                 escape_text(added->name)));
}

Result<int> run_calendar(const CalendarEdit& command, const Context& context) {
  if (command.fields.empty()) {
    return fail(ErrorCode::kInvalidArgument, "nothing to change was given",
                "name the fields to change, for example --weekend fri,sat");
  }
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  preview::CalendarSet after = database->calendars;
  auto found = after.find(command.name);
  if (!found) return fail(found.error());
  Calendar& one = (*found)->calendar;
  if (command.expect_version && *command.expect_version != one.version) {
    return fail(
        ErrorCode::kVersionConflict,
        fmt::format("the calendar is at version {}, not {}", one.version, *command.expect_version),
        "look at it again with 'rota calendar show', then edit that version");
  }
  if (auto set = set_fields(one, command.fields, after, context); !set) return fail(set.error());
  if (auto fits = check_parents(after, one); !fits) return fail(fits.error());
  if (command.dry_run) return print_preview(context, *database, after);
  const CalendarAudit audit(
      context, *database, "calendar.edit",
      {one.id, note_text(context, *database, std::as_const(database->calendars).find(one.id)), {}});
  const auto saved = database->store().update_calendar(one, context.user);
  if (!saved) return fail(saved.error());
  return print_saved(context, *database, saved->id,
                     fmt::format("changed calendar '{}'", escape_text(saved->name)));
}

Result<int> run_calendar(const CalendarRemove& command, const Context& context) {
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  preview::CalendarSet after = database->calendars;
  const auto found = after.find(command.name);
  if (!found) return fail(found.error());
  const Calendar one = (*found)->calendar;
  if (command.dry_run) {
    after.remove(one.id);
    return print_preview(context, *database, after);
  }
  if (auto sure = confirm_removal(command, context, one.name); !sure) return fail(sure.error());
  const CalendarAudit audit(context, *database, "calendar.remove",
                            {one.id, note_text(context, *database, *found), {}});
  if (auto removed = database->store().remove_calendar(one.id, context.user); !removed) {
    return fail(removed.error());
  }
  if (context.console.json) {
    api::JsonWriter json;
    json.begin_object().field("removed", one.id.value).field("name", one.name).end_object();
    context.console.out << json.take() << '\n';
  } else {
    context.console.out << fmt::format("removed calendar '{}'\n", escape_text(one.name));
  }
  return 0;
}

Result<int> run_calendar(const CalendarDefault& command, const Context& context) {
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  preview::CalendarSet after = database->calendars;
  const auto say = [&](CalendarId id, std::string_view what) {
    const CalendarView* view = std::as_const(after).find(id);
    return print_saved(
        context, *database, id,
        fmt::format("{} '{}'", what, view == nullptr ? "" : escape_text(view->calendar.name)));
  };
  if (command.name.empty()) return say(after.default_id(), "tasks that name no calendar follow");
  const auto found = after.find(command.name);
  if (!found) return fail(found.error());
  after.set_default((*found)->calendar.id);
  if (command.dry_run) return print_preview(context, *database, after);
  const CalendarAudit audit(
      context, *database, "calendar.default",
      {after.default_id(), default_text(database->calendars), default_text(after)});
  if (auto set = database->store().set_default_calendar(after.default_id(), context.user); !set) {
    return fail(set.error());
  }
  return say(after.default_id(), "tasks that name no calendar now follow");
}

}  // namespace rota::cli
