#include "api/routes.h"

namespace rota::api {

std::vector<Route> build_routes(const Services& services) {
  std::vector<Route> routes;
  add_task_routes(routes, services);
  add_run_list_routes(routes, services);
  add_run_routes(routes, services);
  add_decision_routes(routes, services);
  add_schedule_routes(routes, services);
  add_status_routes(routes, services);
  add_activity_routes(routes, services);
  add_node_routes(routes, services);
  add_task_preview_routes(routes, services);  // "preview" is no id, either
  add_bulk_routes(routes, services);          // before the routes of one task: "bulk" is no id
  add_task_change_routes(routes, services);
  add_revision_routes(routes, services);
  add_run_change_routes(routes, services);
  add_session_routes(routes, services);
  add_account_routes(routes, services);
  add_calendar_routes(routes, services);
  add_calendar_change_routes(routes, services);
  add_calendar_source_routes(routes, services);
  add_load_routes(routes, services);
  add_setting_routes(routes, services);
  add_secret_routes(routes, services);
  add_event_routes(routes, services);
  add_description_routes(routes);
  add_page_routes(routes);
  return routes;
}

void note_change(const Services& services, const Exchange& exchange, std::string_view action,
                 std::string object, std::string before, std::string after) {
  accounts::Accounts* const accounts = services.gate.accounts();
  if (accounts == nullptr) return;
  const auto noted = accounts->store().append_audit(
      {exchange.who.recorded_as(), exchange.request->remote_address, std::string(action),
       std::move(object), std::move(before), std::move(after)});
  if (!noted) {
    services.log.error("api", "a change could not be written to the audit",
                       {{"action", action}, {"error", noted.error().message}});
  }
}

Instant wall_now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

net::Response no_content() {
  net::Response response;
  response.status = 204;
  return response;
}

net::Response json_response(std::string body) {
  net::Response response;
  response.set("Content-Type", "application/json");
  response.set("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

}  // namespace rota::api
