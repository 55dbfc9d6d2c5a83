#include "store/sqlite/calendar_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/calendar_validation.h"
#include "schedule/holiday_list.h"

namespace rota::store {
namespace {

#define ROTA_CALENDAR_COLUMNS                                                          \
  "id, name, description, parent_id, weekend, rule, valid_from, valid_until, version," \
  " created_at, updated_at, updated_by"

constexpr std::size_t kCalendarsMost = 10'000;

std::optional<std::string> optional_text(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.text(column);
}

std::optional<std::string> date_text(const std::optional<LocalDate>& date) {
  if (!date) return std::nullopt;
  return model::format_date(*date);
}

Result<Calendar> read_calendar(const Statement& row) {
  Calendar calendar;
  calendar.id = CalendarId{row.integer(0)};
  calendar.name = row.text(1);
  calendar.description = row.text(2);
  if (const auto parent = row.optional_integer(3)) calendar.parent_id = CalendarId{*parent};
  calendar.weekend = optional_text(row, 4);
  calendar.rule = row.text(5);
  const auto from = read_optional_date(row, 6, calendar.name);
  if (!from) return fail(from.error());
  const auto until = read_optional_date(row, 7, calendar.name);
  if (!until) return fail(until.error());
  calendar.valid_from = *from;
  calendar.valid_until = *until;
  calendar.version = row.integer(8);
  calendar.created_at = row.instant(9);
  calendar.updated_at = row.instant(10);
  calendar.updated_by = row.text(11);
  return calendar;
}

Error no_such_calendar(std::string what) {
  return Error{ErrorCode::kNotFound,
               "there is no calendar " + std::move(what),
               "`rota calendar list` shows all calendars",
               std::nullopt,
               {}};
}

Result<Calendar> first_calendar(Statement& statement, const Error& otherwise) {
  const auto row = statement.step();
  if (!row) return fail(row.error());
  if (!*row) return fail(otherwise);
  return read_calendar(statement);
}

Result<Calendar> find_row_by_name(Connection& connection, std::string_view name) {
  auto select = connection.prepare("SELECT " ROTA_CALENDAR_COLUMNS " FROM calendar WHERE name = ?");
  if (!select) return fail(select.error());
  return first_calendar(select->bind(name), no_such_calendar(fmt::format("named '{}'", name)));
}

Result<CalendarView> with_its_own(Connection& connection, Result<Calendar> calendar) {
  if (!calendar) return fail(calendar.error());
  auto holidays = query_holidays(connection, *calendar);
  if (!holidays) return fail(holidays.error());
  auto feed = find_feed(connection, calendar->id);
  if (!feed) return fail(feed.error());
  return CalendarView{std::move(*calendar), std::move(*holidays), std::move(*feed)};
}

Error explain(Error error, const Calendar& calendar) {
  if (error.message.find("calendar.name") == std::string::npos) return error;
  return Error{ErrorCode::kAlreadyExists,
               fmt::format("there is already a calendar named '{}'", calendar.name),
               "choose another name, or edit that calendar",
               std::nullopt,
               {FieldError{"name", "is already taken", std::nullopt}}};
}

Error bad_parent(std::string message) {
  return Error{ErrorCode::kInvalidArgument,
               "the calendar is not valid: parent_id " + message,
               "",
               std::nullopt,
               {FieldError{"parent_id", std::move(message), std::nullopt}}};
}

// Up from the parent: it must not come back to the calendar itself nor lead too far.
Result<void> check_parent(Connection& connection, const Calendar& calendar) {
  std::optional<CalendarId> above = calendar.parent_id;
  for (std::size_t depth = 1; above; ++depth) {
    if (calendar.id.is_set() && *above == calendar.id) {
      return fail(bad_parent("names a calendar that stands on this one"));
    }
    if (depth >= kCalendarDepthMax) {
      return fail(bad_parent(
          fmt::format("makes more than {} calendars stand on one another", kCalendarDepthMax)));
    }
    const auto parent = find_calendar_row(connection, *above);
    if (!parent && parent.error().code == ErrorCode::kNotFound) {
      return fail(bad_parent(fmt::format("is {}, but there is no such calendar", above->value)));
    }
    if (!parent) return fail(parent.error());
    above = parent->parent_id;
  }
  return {};
}

Result<std::int64_t> count_users(Connection& connection, const char* sql, CalendarId id) {
  auto select = connection.prepare(sql);
  if (!select) return fail(select.error());
  const auto row = select->bind(id.value).step();
  if (!row) return fail(row.error());
  return select->integer(0);
}

Result<void> check_unused(Connection& connection, const Calendar& calendar) {
  const auto tasks =
      count_users(connection, "SELECT count(*) FROM task WHERE calendar_id = ?", calendar.id);
  if (!tasks) return fail(tasks.error());
  const auto others =
      count_users(connection, "SELECT count(*) FROM calendar WHERE parent_id = ?", calendar.id);
  if (!others) return fail(others.error());
  if (*tasks + *others > 0) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("calendar '{}' is in use: by {} {} and {} other {}", calendar.name,
                            *tasks, *tasks == 1 ? "task" : "tasks", *others,
                            *others == 1 ? "calendar" : "calendars"),
                "give them another calendar first");
  }
  const auto chosen = find_default(connection);
  if (!chosen && chosen.error().code != ErrorCode::kNotFound) return fail(chosen.error());
  if (!chosen || chosen->id != calendar.id) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("calendar '{}' is the default calendar", calendar.name),
              "make another one the default first");
}

}  // namespace

Result<LocalDate> read_date(const Statement& row, int column, std::string_view where) {
  const std::string text = row.text(column);
  const auto date = schedule::parse_local_date(text);
  if (date) return *date;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("calendar '{}' has a date that is none: '{}'", where, text.substr(0, 40)),
              "correct or remove that row; dates are written like 2026-12-25");
}

Result<std::optional<LocalDate>> read_optional_date(const Statement& row, int column,
                                                    std::string_view where) {
  if (row.is_null(column)) return std::optional<LocalDate>{};
  const auto date = read_date(row, column, where);
  if (!date) return fail(date.error());
  return std::optional<LocalDate>{*date};
}

Result<std::vector<Calendar>> query_calendars(Connection& connection) {
  auto select =
      connection.prepare("SELECT " ROTA_CALENDAR_COLUMNS " FROM calendar ORDER BY name LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(static_cast<std::int64_t>(kCalendarsMost));
  std::vector<Calendar> calendars;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return calendars;
    auto calendar = read_calendar(*select);
    if (!calendar) return fail(calendar.error());
    calendars.push_back(std::move(*calendar));
  }
}

Result<Calendar> find_calendar_row(Connection& connection, CalendarId id) {
  auto select = connection.prepare("SELECT " ROTA_CALENDAR_COLUMNS " FROM calendar WHERE id = ?");
  if (!select) return fail(select.error());
  return first_calendar(select->bind(id.value), no_such_calendar(std::to_string(id.value)));
}

Result<CalendarView> find_calendar(Connection& connection, CalendarId id) {
  return with_its_own(connection, find_calendar_row(connection, id));
}

Result<CalendarView> find_calendar_by_name(Connection& connection, std::string_view name) {
  return with_its_own(connection, find_row_by_name(connection, name));
}

Result<Calendar> find_default(Connection& connection) {
  auto select = connection.prepare("SELECT value FROM setting WHERE name = 'default_calendar'");
  if (!select) return fail(select.error());
  const auto row = select->step();
  if (!row) return fail(row.error());
  const std::string name = *row ? select->text(0) : kDefaultCalendar;
  auto calendar = find_row_by_name(connection, name);
  if (!calendar && calendar.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, fmt::format("the default calendar '{}' does not exist", name),
                "choose one that does: the setting default_calendar names it");
  }
  return calendar;
}

Result<std::vector<CalendarView>> find_chain(Connection& connection, std::optional<CalendarId> id) {
  Result<Calendar> calendar = id ? find_calendar_row(connection, *id) : find_default(connection);
  std::vector<CalendarView> chain;
  for (;;) {
    auto view = with_its_own(connection, std::move(calendar));
    if (!view) return fail(view.error());
    chain.push_back(std::move(*view));
    const Calendar& last = chain.back().calendar;
    if (!last.parent_id) return chain;
    const auto same = [&](const CalendarView& one) { return one.calendar.id == *last.parent_id; };
    const bool loop = std::ranges::any_of(chain, same);
    if (loop || chain.size() == kCalendarDepthMax) {
      return fail(ErrorCode::kInvalidArgument,
                  loop ? fmt::format("calendar '{}' stands on itself, by way of '{}'",
                                     chain.front().calendar.name, last.name)
                       : fmt::format("calendar '{}' stands on more than {} others",
                                     chain.front().calendar.name, kCalendarDepthMax - 1),
                  "give one of them another parent_id, or none");
    }
    calendar = find_calendar_row(connection, *last.parent_id);
  }
}

Result<void> choose_default(Connection& connection, CalendarId id, Instant now,
                            std::string_view by) {
  const auto calendar = find_calendar_row(connection, id);
  if (!calendar) return fail(calendar.error());
  auto save = connection.prepare(
      "INSERT INTO setting (name, value) VALUES ('default_calendar', ?)"
      " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value");
  if (!save) return fail(save.error());
  const std::int64_t before = connection.total_changes();
  if (auto done = save->bind(calendar->name).run(); !done) return done;
  return sign_calendar(connection, id, before, now, by);
}

Result<Calendar> insert_calendar(Connection& connection, const Calendar& calendar, Instant now,
                                 std::string_view by) {
  Calendar fresh = calendar;
  fresh.id = {};
  if (auto valid = model::validate_calendar(fresh); !valid) return fail(valid.error());
  if (auto parent = check_parent(connection, fresh); !parent) return fail(parent.error());
  auto insert = connection.prepare(
      "INSERT INTO calendar (name, description, parent_id, weekend, rule, valid_from, valid_until,"
      " created_at, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  const auto parent = fresh.parent_id ? std::optional(fresh.parent_id->value) : std::nullopt;
  const auto from = date_text(fresh.valid_from);
  const auto until = date_text(fresh.valid_until);
  const auto done = insert->bind(fresh.name)
                        .bind(fresh.description)
                        .bind(parent)
                        .bind(fresh.weekend)
                        .bind(fresh.rule)
                        .bind(from)
                        .bind(until)
                        .bind(now)
                        .bind(now)
                        .bind(by)
                        .run();
  if (!done) return fail(explain(done.error(), fresh));
  return find_calendar_row(connection, CalendarId{connection.last_insert_id()});
}

Result<Calendar> change_calendar(Connection& connection, const Calendar& calendar, Instant now,
                                 std::string_view by) {
  if (auto valid = model::validate_calendar(calendar); !valid) return fail(valid.error());
  const auto before = find_calendar_row(connection, calendar.id);
  if (!before) return fail(before.error());
  if (before->version != calendar.version) {
    return fail(
        ErrorCode::kVersionConflict,
        fmt::format("calendar '{}' was changed meanwhile: you read version {}, it is now {}",
                    before->name, calendar.version, before->version),
        "read it again, then make your change");
  }
  if (auto parent = check_parent(connection, calendar); !parent) return fail(parent.error());
  auto update = connection.prepare(
      "UPDATE calendar SET name = ?, description = ?, parent_id = ?, weekend = ?, rule = ?,"
      " valid_from = ?, valid_until = ?, version = version + 1, updated_at = ?, updated_by = ?"
      " WHERE id = ?");
  if (!update) return fail(update.error());
  const auto parent = calendar.parent_id ? std::optional(calendar.parent_id->value) : std::nullopt;
  const auto from = date_text(calendar.valid_from);
  const auto until = date_text(calendar.valid_until);
  const auto done = update->bind(calendar.name)
                        .bind(calendar.description)
                        .bind(parent)
                        .bind(calendar.weekend)
                        .bind(calendar.rule)
                        .bind(from)
                        .bind(until)
                        .bind(now)
                        .bind(by)
                        .bind(calendar.id.value)
                        .run();
  if (!done) return fail(explain(done.error(), calendar));
  return find_calendar_row(connection, calendar.id);
}

Result<void> delete_calendar(Connection& connection, CalendarId id) {
  const auto calendar = find_calendar_row(connection, id);
  if (!calendar) return fail(calendar.error());
  if (auto unused = check_unused(connection, *calendar); !unused) return unused;
  auto remove = connection.prepare("DELETE FROM calendar WHERE id = ?");
  if (!remove) return fail(remove.error());
  return remove->bind(id.value).run();
}

Result<void> sign_calendar(Connection& connection, CalendarId id, std::int64_t changes_before,
                           Instant now, std::string_view by) {
  if (connection.total_changes() == changes_before) return {};
  auto sign = connection.prepare(
      "UPDATE calendar SET version = version + 1, updated_at = ?, updated_by = ? WHERE id = ?");
  if (!sign) return fail(sign.error());
  return sign->bind(now).bind(by).bind(id.value).run();
}

}  // namespace rota::store
