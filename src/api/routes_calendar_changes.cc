// Making, editing and removing calendars, their days by hand, and the default one.
#include <fmt/format.h>

#include <algorithm>

#include "api/audited.h"
#include "api/calendar_answers.h"
#include "api/if_match.h"
#include "api/problem.h"
#include "api/query.h"
#include "base/characters.h"
#include "model/calendar_validation.h"
#include "schedule/holiday_list.h"
#include "store/store.h"

namespace rota::api {
namespace {

// For the audit: the calendar without its days, which may be many.
std::string without_days(const CalendarView& view, const CalendarFrame& frame) {
  return calendar_text(view, frame, CalendarDays::kLeftOut);
}

ChangeNote note_on_calendar(const Changed& made, const std::optional<CalendarView>& before,
                            const CalendarFrame& frame) {
  ChangeNote note;
  if (before) note = {calendar_object(before->calendar.id), without_days(*before, frame)};
  if (const Calendar* const* calendar = std::get_if<const Calendar*>(&made)) {
    note.object = calendar_object((*calendar)->id);
    note.after = without_days({**calendar, {}, before ? before->feed : std::nullopt}, frame);
  }
  return note;
}

std::string day_text(const std::vector<Holiday>& days, LocalDate date) {
  const auto day = std::ranges::find(days, date, &Holiday::date);
  if (day == days.end()) return {};
  JsonWriter json;
  write_day(json, *day);
  return json.take();
}

Result<net::Response> create(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  Calendar calendar;
  read_calendar_fields(*body, calendar);
  if (auto fits = body->check_with(model::validate_calendar(calendar)); !fits) {
    return fail(fits.error());
  }
  const auto frame = load_frame(services);
  if (!frame) return fail(frame.error());
  const auto added = audited(
      services, exchange, "calendar.add",
      [&](const Changed& made) { return note_on_calendar(made, {}, *frame); },
      [&] {
        return services.scheduler.store().add_calendar(calendar, exchange.who.recorded_as());
      });
  if (!added) return fail(added.error());
  auto response = answer_calendar(services, added->id);
  if (!response) return response;
  response->status = 201;
  response->set("Location", fmt::format("/api/v1/calendars/{}", added->id.value));
  return response;
}

Result<net::Response> edit(const Services& services, const Exchange& exchange) {
  auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  const Calendar stored = view->calendar;
  if (auto refused = refuse_unmatched(*exchange.request, stored.version, stored.updated_by)) {
    return std::move(*refused);
  }
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  const auto frame = load_frame(services);
  if (!frame) return fail(frame.error());
  const CalendarView before = *view;
  read_calendar_fields(*body, view->calendar);
  if (auto fits = body->check_with(model::validate_calendar(view->calendar)); !fits) {
    return fail(fits.error());
  }
  const auto saved = audited(
      services, exchange, "calendar.edit",
      [&](const Changed& made) { return note_on_calendar(made, before, *frame); },
      [&] {
        return services.scheduler.store().update_calendar(view->calendar,
                                                          exchange.who.recorded_as());
      });
  if (!saved) return fail(saved.error());
  return answer_calendar(services, stored.id);
}

// The name must be repeated, as for tasks.
Result<net::Response> remove(const Services& services, const Exchange& exchange) {
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  Query query(exchange.request->query, {"name"});
  const std::string name = query.text("name");
  if (name != view->calendar.name && name != base::visible(view->calendar.name)) {
    query.complain("name", "must be the name of the calendar, to confirm that it is the one");
  }
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto frame = load_frame(services);
  if (!frame) return fail(frame.error());
  const auto removed = audited(
      services, exchange, "calendar.remove",
      [&](const Changed& made) { return note_on_calendar(made, *view, *frame); },
      [&] {
        return services.scheduler.store().remove_calendar(view->calendar.id,
                                                          exchange.who.recorded_as());
      });
  if (!removed && removed.error().code == ErrorCode::kInvalidArgument) {
    return problem(removed.error(), 409);  // it is in use
  }
  if (!removed) return fail(removed.error());
  return no_content();
}

Result<LocalDate> date_in_path(const Exchange& exchange) {
  const auto date = schedule::parse_local_date(exchange.params[1]);
  if (date) return *date;
  return fail(wrong_field("date", "must be a date such as 2026-12-25 in the address"));
}

Result<net::Response> put_day(const Services& services, const Exchange& exchange) {
  const auto date = date_in_path(exchange);
  if (!date) return fail(date.error());
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"title", "closed"});
  const Holiday day = read_day(*body, *date);
  if (auto fits = body->check_with(model::validate_holidays({&day, 1})); !fits) {
    return fail(fits.error());
  }
  const auto put = audited(
      services, exchange, "calendar.day",
      [&](const Changed&) {
        return ChangeNote{calendar_object(view->calendar.id), day_text(view->holidays, *date),
                          day_text({day}, *date)};
      },
      [&] {
        return services.scheduler.store().put_holidays(view->calendar.id, {&day, 1},
                                                       exchange.who.recorded_as());
      });
  if (!put) return fail(put.error());
  return answer_calendar(services, view->calendar.id);
}

Result<net::Response> remove_day(const Services& services, const Exchange& exchange) {
  const auto date = date_in_path(exchange);
  if (!date) return fail(date.error());
  const auto view = load_named_calendar(services, exchange);
  if (!view) return fail(view.error());
  const auto removed = audited(
      services, exchange, "calendar.day",
      [&](const Changed&) {
        return ChangeNote{calendar_object(view->calendar.id), day_text(view->holidays, *date)};
      },
      [&]() -> Result<bool> {
        const auto count = services.scheduler.store().remove_holidays(
            view->calendar.id, {&*date, 1}, exchange.who.recorded_as());
        if (!count) return fail(count.error());
        if (*count > 0) return true;
        return fail(ErrorCode::kNotFound,
                    fmt::format("calendar '{}' has no day of its own on {}", view->calendar.name,
                                model::format_date(*date)),
                    "a day of its rule or its parent is opened by PUT with \"closed\": false");
      });
  if (!removed) return fail(removed.error());
  return answer_calendar(services, view->calendar.id);
}

std::string default_text(std::string_view name) {
  JsonWriter json;
  return json.begin_object().field("default", name).end_object().take();
}

Result<net::Response> choose_default(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"name"});
  const std::string name = body->text("name", {}, 4 * kCalendarNameMax);
  store::Store& store = services.scheduler.store();
  const auto view = store.load_calendar_by_name(name);
  if (!view && view.error().code != ErrorCode::kNotFound) return fail(view.error());
  if (!view) body->complain("name", "must be the name of a calendar");
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto before = store.default_calendar();
  const auto set = audited(
      services, exchange, "calendar.default",
      [&](const Changed&) {
        return ChangeNote{calendar_object(view->calendar.id),
                          before ? default_text(before->name) : "", default_text(name)};
      },
      [&] { return store.set_default_calendar(view->calendar.id, exchange.who.recorded_as()); });
  if (!set) return fail(set.error());
  return json_response(default_text(name));
}

}  // namespace

void add_calendar_change_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view method, std::string_view pattern, const auto& handler) {
    add_calendar_route(routes, services, method, pattern, Permission::kEdit, RunsOn::kPool,
                       handler);
  };
  add("POST", "/api/v1/calendars", create);
  add("PUT", "/api/v1/calendars/default", choose_default);
  add("PATCH", "/api/v1/calendars/{id}", edit);
  add("DELETE", "/api/v1/calendars/{id}", remove);
  add("PUT", "/api/v1/calendars/{id}/days/{date}", put_day);
  add("DELETE", "/api/v1/calendars/{id}/days/{date}", remove_day);
}

}  // namespace rota::api
