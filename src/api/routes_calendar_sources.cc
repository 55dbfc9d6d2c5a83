// Where a calendar's days come from: a file, an address; and what a change of days would do. On the
// background pool: reading a file, comparing many tasks and waiting for another server take long.
#include <algorithm>
#include <atomic>
#include <set>

#include "api/audited.h"
#include "api/calendar_answers.h"
#include "api/codec.h"
#include "api/preview_json.h"
#include "api/query.h"
#include "feeds/days_file.h"
#include "feeds/feed_choice.h"
#include "feeds/refresh.h"
#include "model/calendar_validation.h"
#include "preview/calendar_change.h"
#include "schedule/holiday_list.h"
#include "store/store.h"

namespace rota::api {
namespace {

constexpr std::size_t kDaysMost = 1000;     // tried at once
constexpr std::size_t kUrlBytesMax = 4096;  // of what is read at all; the bound is validation's

// What the change does to the calendar that the path names.
template <class Change>
Result<net::Response> answer_preview(const Services& services, CalendarId id, Change change) {
  store::Store& store = services.scheduler.store();
  const auto before = preview::CalendarSet::load(store);
  if (!before) return fail(before.error());
  preview::CalendarSet after = *before;
  CalendarView* const view = after.find(id);
  if (view == nullptr) return fail(ErrorCode::kNotFound, "the calendar was removed meanwhile");
  change(*view);
  const auto found =
      preview::preview_calendar_change(store, *before, after, wall_now(), page_preview_limits());
  if (!found) return fail(found.error());
  return json_response(write_preview(*found));
}

struct TriedDays {
  std::vector<Holiday> put;
  std::set<LocalDate> remove;
};

// Every wrong day is named: "days[2].date".
TriedDays read_tried_days(JsonBody& body) {
  TriedDays tried;
  std::size_t index = 0;
  for (JsonBody& one : body.each_below("days", kDaysMost)) {
    one.allow_only({"date", "title", "closed"});
    const auto date = one.date("date");
    if (!date && one.complaints().empty()) one.complain("date", "is missing");
    tried.put.push_back(read_day(one, date.value_or(LocalDate{})));
    const auto judged = one.check_with(model::validate_holidays({&tried.put.back(), 1}));
    if (!judged) {
      for (const FieldError& field : judged.error().fields) {
        body.complain("days[" + std::to_string(index) + "]." + field.field, field.message,
                      field.column);
      }
    }
    ++index;
  }
  for (const std::string& text : body.texts("remove", kDaysMost)) {
    const auto date = schedule::parse_local_date(text);
    if (date)
      tried.remove.insert(*date);
    else
      body.complain("remove", "must be dates such as \"2026-12-25\"");
  }
  return tried;
}

Result<net::Response> try_days(const Services& services, const Exchange& exchange) {
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"days", "remove"});
  const TriedDays tried = read_tried_days(*body);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  return answer_preview(services, view->calendar.id, [&](CalendarView& changed) {
    std::erase_if(changed.holidays,
                  [&](const Holiday& day) { return tried.remove.contains(day.date); });
    for (const Holiday& day : tried.put) preview::put_day(changed, day);
  });
}

std::size_t count_imported(const CalendarView& view) {
  return static_cast<std::size_t>(
      std::ranges::count(view.holidays, std::string("import"), &Holiday::source));
}

Result<net::Response> store_days(const Services& services, const Exchange& exchange,
                                 const CalendarView& view, const calendar::ParsedDays& parsed) {
  CalendarView after = view;
  preview::replace_days(after, "import", parsed.days);
  const std::size_t imported = count_imported(after);
  JsonWriter json;
  json.begin_object()
      .field("imported", imported)
      .field("replaced", count_imported(view))
      .field("skipped", parsed.days.size() - imported)
      .key("notes");
  write_strings(json, parsed.notes);
  std::string text = json.end_object().take();
  const auto saved = audited(
      services, exchange, "calendar.import",
      [&](const Changed&) { return ChangeNote{calendar_object(view.calendar.id), "", text}; },
      [&] {
        return services.scheduler.store().replace_holidays(view.calendar.id, "import", parsed.days,
                                                           exchange.who.recorded_as());
      });
  if (!saved) return fail(saved.error());
  return json_response(std::move(text));
}

Result<net::Response> import(const Services& services, const Exchange& exchange) {
  Query query(exchange.request->query, {"dry_run"});
  const bool dry_run = query.flag("dry_run").value_or(false);
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  const auto parsed = feeds::read_days_file(exchange.request->body);
  if (!parsed) return fail(parsed.error());
  if (!dry_run) return store_days(services, exchange, *view, *parsed);
  return answer_preview(services, view->calendar.id, [&](CalendarView& changed) {
    preview::replace_days(changed, "import", parsed->days);
  });
}

std::string feed_text(const std::optional<CalendarFeed>& feed) {
  if (!feed) return {};
  JsonWriter json;
  write_feed(json, *feed, wall_now());
  return json.take();
}

Result<net::Response> put_feed(const Services& services, const Exchange& exchange) {
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"url", "format", "division", "refresh_s"});
  feeds::FeedChoice choice{body->text("url", {}, kUrlBytesMax), body->text("format"),
                           body->text("division"), feeds::kRefreshDefaultS};
  choice.refresh_s = body->number("refresh_s", 0, kIdMax, feeds::kRefreshDefaultS);
  const CalendarFeed feed = feeds::complete_feed(choice, view->calendar);
  if (feeds::needs_division(feed)) {
    body->complain("division", "must be england-and-wales, scotland or northern-ireland");
  }
  if (auto fits = body->check_with(model::validate_feed(feed)); !fits) return fail(fits.error());
  const auto saved = audited(
      services, exchange, "calendar.feed",
      [&](const Changed&) {
        return ChangeNote{calendar_object(view->calendar.id), feed_text(view->feed),
                          feed_text(feed)};
      },
      [&] { return services.scheduler.store().save_feed(feed, exchange.who.recorded_as()); });
  if (!saved) return fail(saved.error());
  return answer_calendar(services, view->calendar.id);
}

Error no_feed(const CalendarView& view) {
  return {ErrorCode::kNotFound,
          "calendar '" + view.calendar.name + "' has no feed",
          "give it one by PUT to this calendar's feed",
          {},
          {}};
}

Result<net::Response> remove_feed(const Services& services, const Exchange& exchange) {
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  if (!view->feed) return fail(no_feed(*view));
  const auto removed = audited(
      services, exchange, "calendar.feed",
      [&](const Changed&) {
        return ChangeNote{calendar_object(view->calendar.id), feed_text(view->feed)};
      },
      [&] {
        return services.scheduler.store().remove_feed(view->calendar.id,
                                                      exchange.who.recorded_as());
      });
  if (!removed) return fail(removed.error());
  return answer_calendar(services, view->calendar.id);
}

// Asks the address now. It may answer slowly: so only a few at a time, that others get a turn.
Result<net::Response> refresh(const Services& services, std::atomic<int>& asking,
                              const Exchange& exchange) {
  constexpr int kAskingMost = 2;
  struct Turn {
    explicit Turn(std::atomic<int>& all) : count(all), number(++all) {}
    ~Turn() { --count; }
    std::atomic<int>& count;
    const int number;
  };
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  if (!view->feed) return fail(no_feed(*view));
  if (services.feeds == nullptr) {
    return fail(ErrorCode::kNotAllowedHere, "this server asks no addresses of calendars");
  }
  const Turn turn(asking);
  if (turn.number > kAskingMost) {
    return fail(ErrorCode::kBusy, "other calendars' addresses are being asked just now",
                "try again in a moment");
  }
  const auto report =
      feeds::refresh(services.scheduler.store(), *services.feeds, view->calendar.id);
  if (!report) return fail(report.error());
  note_change(services, exchange, "calendar.refresh", calendar_object(view->calendar.id),
              feed_text(view->feed), feed_text(report->feed));
  return answer_calendar(services, view->calendar.id);
}

}  // namespace

void add_calendar_source_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view method, std::string_view pattern, RunsOn runs_on,
                       const auto& handler) {
    add_calendar_route(routes, services, method, pattern, Permission::kEdit, runs_on, handler);
  };
  add("POST", "/api/v1/calendars/{id}/preview", RunsOn::kHeavyPool, try_days);
  add("POST", "/api/v1/calendars/{id}/import", RunsOn::kHeavyPool, import);
  routes.back().body_type = "text/calendar";
  routes.back().takes_large_body = true;
  add("PUT", "/api/v1/calendars/{id}/feed", RunsOn::kPool, put_feed);
  add("DELETE", "/api/v1/calendars/{id}/feed", RunsOn::kPool, remove_feed);
  const auto asking = std::make_shared<std::atomic<int>>(0);
  add("POST", "/api/v1/calendars/{id}/refresh", RunsOn::kHeavyPool,
      [asking](const Services& all, const Exchange& e) { return refresh(all, *asking, e); });
}

}  // namespace rota::api
