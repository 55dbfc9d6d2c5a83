// GET /api/v1/openapi.json: what this server answers, for programs that make programs.
#include "api/openapi.h"
#include "api/query.h"
#include "api/routes.h"

namespace rota::api {

void add_description_routes(std::vector<Route>& routes) {
  routes.push_back({"GET", "/api/v1/openapi.json", Permission::kView, RunsOn::kPool,
                    [](const Exchange& exchange) -> Result<net::Response> {
                      auto none = refuse_parameters(exchange.request->query);
                      if (!none) return fail(none.error());
                      net::Response response = json_response({});
                      response.static_body = kOpenApiJson;
                      return response;
                    }});
}

}  // namespace rota::api
