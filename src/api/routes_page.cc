// The web page: one document for all its addresses, and the files that it loads.
#include <array>
#include <cstdlib>

#include "api/assets.h"
#include "api/routes.h"
#include "api/static_files.h"
#include "base/check.h"

namespace rota::api {
namespace {

// Addresses that the page itself understands (web/src/lib/routes.ts has the same list; a test in
// tests/browser opens each). "/dynamic-task" is where the original had its table.
constexpr std::array<std::string_view, 19> kPageAddresses{"/",
                                                          "/dynamic-task",
                                                          "/tasks",
                                                          "/tasks/new",
                                                          "/tasks/{id}",
                                                          "/tasks/{id}/edit",
                                                          "/runs",
                                                          "/runs/{id}",
                                                          "/calendars",
                                                          "/calendars/{id}",
                                                          "/nodes",
                                                          "/handlers",
                                                          "/handlers/{type}",
                                                          "/settings",
                                                          "/users",
                                                          "/tokens",
                                                          "/audit",
                                                          "/api/docs",
                                                          "/set-up"};

const Asset& document() {
  for (const Asset& asset : embedded_assets()) {
    if (asset.path == "/index.html") return asset;
  }
  ROTA_CHECK(false, "the built page has no index.html");
  std::abort();
}

void add_file(std::vector<Route>& routes, std::string_view path, const Asset& asset) {
  routes.push_back({"GET", path, Permission::kPublic, RunsOn::kLoop,
                    [&asset](const Exchange& exchange) -> Result<net::Response> {
                      return answer_asset(asset, *exchange.request);
                    }});
}

}  // namespace

void add_page_routes(std::vector<Route>& routes) {
  for (const std::string_view address : kPageAddresses) add_file(routes, address, document());
  for (const Asset& asset : embedded_assets()) {
    if (asset.path != "/index.html") add_file(routes, asset.path, asset);
  }
}

}  // namespace rota::api
