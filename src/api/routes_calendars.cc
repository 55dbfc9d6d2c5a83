// Calendars as they stand: all of them, one with its days, a year of one as it comes to with its
// parents, and where its feed and its rule do not agree.
#include <fmt/format.h>

#include <map>

#include "api/calendar_answers.h"
#include "api/if_match.h"
#include "api/query.h"
#include "calendar/build.h"
#include "calendar/feed_difference.h"
#include "model/calendar_validation.h"
#include "store/store.h"

namespace rota::api {
namespace {

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2099;

LocalDate date_in(int year, unsigned month, unsigned day) {
  return LocalDate{std::chrono::local_days{std::chrono::year_month_day{
      std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}}};
}

int present_year() {
  return int{std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(wall_now())}.year()};
}

Result<net::Response> list(const Services& services, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  store::Store& store = services.scheduler.store();
  auto calendars = store.list_calendars();
  if (!calendars) return fail(calendars.error());
  auto feeds = store.list_feeds();
  if (!feeds) return fail(feeds.error());
  const auto followed = store.default_calendar();
  if (!followed) return fail(followed.error());
  std::map<std::int64_t, CalendarFeed> feed_of;
  for (CalendarFeed& feed : *feeds) feed_of.emplace(feed.calendar_id.value, std::move(feed));
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (Calendar& calendar : *calendars) {
    CalendarView view{std::move(calendar), {}, std::nullopt};
    if (const auto feed = feed_of.find(view.calendar.id.value); feed != feed_of.end()) {
      view.feed = std::move(feed->second);
    }
    write_calendar(json, view, {followed->id, wall_now()}, CalendarDays::kLeftOut);
  }
  json.end_array().field("default", followed->name).end_object();
  return json_response(json.take());
}

Result<net::Response> show(const Services& services, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  return answer_calendar(services, view->calendar.id);
}

// The calendar that the path names, then its parents.
Result<std::vector<CalendarView>> load_chain(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "calendar");
  if (!id) return fail(id.error());
  return services.scheduler.store().load_calendar_chain(CalendarId{*id});
}

void write_named_day(JsonWriter& json, const calendar::DayView& day) {
  json.begin_object()
      .field("date", model::format_date(day.date))
      .field("closed", !day.working)
      .field("title", day.title)
      .field("source", calendar::name_of(day.source))
      .field("calendar", day.calendar)
      .end_object();
}

// Monday is 1, Sunday 7.
void write_weekend(JsonWriter& json, std::uint8_t days) {
  json.key("weekend").begin_array();
  for (unsigned weekday = 1; weekday <= 7; ++weekday) {
    if ((days >> (weekday % 7) & 1) != 0) json.value(static_cast<std::int64_t>(weekday));
  }
  json.end_array();
}

Result<net::Response> show_year(const Services& services, const Exchange& exchange) {
  Query query(exchange.request->query, {"year"});
  const int year = static_cast<int>(query.number("year", kFirstYear, kLastYear, present_year()));
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto chain = load_chain(services, exchange);
  if (!chain) return fail(chain.error());
  const auto days = calendar::build(*chain);
  JsonWriter json;
  json.begin_object().field("year", static_cast<std::int64_t>(year)).key("days").begin_array();
  for (const auto& day : days->named_days(date_in(year, 1, 1), date_in(year, 12, 31))) {
    write_named_day(json, day);
  }
  json.end_array();
  write_weekend(json, days->weekend_on(date_in(year, 7, 1)));
  json.key("problems");
  json.begin_array();
  for (const std::string& problem : calendar::problems(*chain)) json.value(problem);
  json.end_array().end_object();
  return json_response(json.take());
}

Result<net::Response> differences(const Services& services, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const auto chain = load_chain(services, exchange);
  if (!chain) return fail(chain.error());
  const auto text_or_null = [](JsonWriter& json, const std::string& text) {
    text.empty() ? json.null() : json.value(text);
  };
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& one : calendar::compare_feed(chain->front(), calendar::rule_of(*chain))) {
    json.begin_object().field("date", model::format_date(one.date)).key("computed");
    text_or_null(json, one.computed_title);
    json.key("feed");
    text_or_null(json, one.feed_title);
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(json.take());
}

}  // namespace

Result<CalendarView> load_named_calendar(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "calendar");
  if (!id) return fail(id.error());
  return services.scheduler.store().load_calendar(CalendarId{*id});
}

Result<CalendarFrame> load_frame(const Services& services) {
  const auto followed = services.scheduler.store().default_calendar();
  if (followed) return CalendarFrame{followed->id, wall_now()};
  // Somebody wrote a name into the table that no calendar has: then none is the default one.
  if (followed.error().code == ErrorCode::kNotFound) return CalendarFrame{{}, wall_now()};
  return fail(followed.error());
}

Result<net::Response> answer_calendar(const Services& services, CalendarId id) {
  const auto view = services.scheduler.store().load_calendar(id);
  if (!view) return fail(view.error());
  const auto frame = load_frame(services);
  if (!frame) return fail(frame.error());
  net::Response response = json_response(calendar_text(*view, *frame, CalendarDays::kWritten));
  set_etag(response, view->calendar.version);
  return response;
}

std::string calendar_object(CalendarId id) { return fmt::format("calendar {}", id.value); }

void add_calendar_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view pattern, const auto& handler) {
    add_calendar_route(routes, services, "GET", pattern, Permission::kView, RunsOn::kPool, handler);
  };
  add("/api/v1/calendars", list);
  add("/api/v1/calendars/{id}", show);
  add("/api/v1/calendars/{id}/year", show_year);
  add("/api/v1/calendars/{id}/differences", differences);
}

}  // namespace rota::api
