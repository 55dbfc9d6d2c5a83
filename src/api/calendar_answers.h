// What the calendar routes share: finding the one that is meant, and answering with it.
#pragma once

#include "api/calendar_json.h"
#include "api/routes.h"

namespace rota::api {

/// The calendar that the path names by its id. kNotFound.
Result<CalendarView> load_named_calendar(const Services& services, const Exchange& exchange);

/// What calendars look like now.
Result<CalendarFrame> load_frame(const Services& services);

/// 200 with the calendar as it is now, its days and its ETag.
Result<net::Response> answer_calendar(const Services& services, CalendarId id);

/// "calendar 3", for the audit.
std::string calendar_object(CalendarId id);

/// The route table's way of adding one.
template <class Handler>
void add_calendar_route(std::vector<Route>& routes, const Services& services,
                        std::string_view method, std::string_view pattern, Permission permission,
                        RunsOn runs_on, const Handler& handler) {
  routes.push_back({method, pattern, permission, runs_on,
                    [&services, handler](const Exchange& e) { return handler(services, e); }});
}

}  // namespace rota::api
