#include "api/calendar_json.h"

#include "api/codec.h"
#include "calendar/weekend.h"
#include "feeds/freshness.h"
#include "model/calendar_validation.h"

namespace rota::api {
namespace {

void write_own_fields(JsonWriter& json, const Calendar& one) {
  json.field("id", one.id.value)
      .field("name", one.name)
      .field("description", one.description)
      .key("parent_id");
  one.parent_id ? json.value(one.parent_id->value) : json.null();
  json.field("weekend", one.weekend).field("rule", one.rule);
  write_date(json, "valid_from", one.valid_from);
  write_date(json, "valid_until", one.valid_until);
  json.field("version", one.version)
      .field("created_at", one.created_at)
      .field("updated_at", one.updated_at)
      .field("updated_by", one.updated_by);
}

// As it is stored, whatever somebody calls the days; null: the parent's.
std::optional<std::string> read_weekend(JsonBody& body) {
  if (body.is_null("weekend")) return std::nullopt;
  const auto days = calendar::parse_weekend(body.text("weekend"));
  if (days) return calendar::format_weekend(*days);
  body.complain("weekend", days.error().message, days.error().column);
  return std::nullopt;
}

std::optional<CalendarId> read_parent(JsonBody& body) {
  if (body.is_null("parent_id")) return std::nullopt;
  const std::int64_t id = body.number("parent_id", 1, kIdMax, 0);
  return id == 0 ? std::nullopt : std::optional(CalendarId{id});
}

}  // namespace

void write_date(JsonWriter& json, std::string_view name, const std::optional<LocalDate>& date) {
  json.key(name);
  date ? json.value(model::format_date(*date)) : json.null();
}

void write_day(JsonWriter& json, const Holiday& day) {
  json.begin_object()
      .field("date", model::format_date(day.date))
      .field("title", day.title)
      .field("source", day.source)
      .field("closed", day.closed)
      .end_object();
}

void write_feed(JsonWriter& json, const CalendarFeed& feed, Instant now) {
  const std::string warning = feeds::warning_of(feed, now);
  json.begin_object()
      .field("url", feed.url)
      .field("format", feed.format)
      .field("division", feed.division)
      .field("refresh_s", feed.refresh_s)
      .field("fetched_at", feed.fetched_at)
      .field("checked_at", feed.checked_at);
  write_date(json, "covers_from", feed.covers_from);
  write_date(json, "covers_until", feed.covers_until);
  json.field("error", feed.error)
      .field("stale", !warning.empty())
      .field("warning", warning)
      .end_object();
}

void write_calendar(JsonWriter& json, const CalendarView& view, const CalendarFrame& frame,
                    CalendarDays days) {
  json.begin_object();
  write_own_fields(json, view.calendar);
  json.field("is_default", view.calendar.id == frame.default_id).key("feed");
  if (view.feed)
    write_feed(json, *view.feed, frame.now);
  else
    json.null();
  if (days == CalendarDays::kWritten) {
    json.key("days").begin_array();
    for (const Holiday& day : view.holidays) write_day(json, day);
    json.end_array();
  }
  json.end_object();
}

std::string calendar_text(const CalendarView& view, const CalendarFrame& frame, CalendarDays days) {
  JsonWriter json;
  write_calendar(json, view, frame, days);
  return json.take();
}

void read_calendar_fields(JsonBody& body, Calendar& calendar) {
  body.allow_only({"name", "description", "parent_id", "weekend", "rule", "valid_from",
                   "valid_until",  // what follows is the server's
                   "id", "version", "created_at", "updated_at", "updated_by", "is_default", "feed",
                   "days"});
  calendar.name = body.text("name", calendar.name);
  calendar.description = body.text("description", calendar.description);
  calendar.rule = body.text("rule", calendar.rule);
  if (body.has("parent_id")) calendar.parent_id = read_parent(body);
  if (body.has("weekend")) calendar.weekend = read_weekend(body);
  if (body.has("valid_from")) calendar.valid_from = body.date("valid_from");
  if (body.has("valid_until")) calendar.valid_until = body.date("valid_until");
}

Holiday read_day(JsonBody& body, LocalDate date) {
  return {date, body.text("title"), "hand", body.flag("closed").value_or(true)};
}

}  // namespace rota::api
