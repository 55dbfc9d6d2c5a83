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
  add_event_routes(routes, services);
  add_page_routes(routes);
  return routes;
}

net::Response json_response(std::string body) {
  net::Response response;
  response.set("Content-Type", "application/json");
  response.set("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

}  // namespace rota::api
