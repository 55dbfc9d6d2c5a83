// GET /api/v1/activity: the last hour, for the charts of Today.
#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"

namespace rota::api {
namespace {

constexpr std::size_t kRowsRead = 1000;

Result<net::Response> show_activity(const Services& services, const Exchange& exchange) {
  Query query(exchange.request->query, {});
  if (auto checked = query.check(); !checked) return fail(checked.error());
  RunQuery runs;
  runs.include_skipped = false;
  runs.limit = kRowsRead;
  const auto page = services.scheduler.list_runs(runs);
  if (!page) return fail(page.error());
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  JsonWriter json;
  json.begin_object().key("minutes").begin_array();
  for (const auto& minute :
       services.activity.last_hour(now, page->rows, page->next_cursor.empty())) {
    json.begin_object()
        .field("at", minute.at)
        .field("succeeded", minute.succeeded)
        .field("failed", minute.failed)
        .key("lateness_p99_ms");
    minute.lateness_p99 ? json.value(static_cast<double>(minute.lateness_p99->count()) / 1000.0)
                        : json.null();
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(json.take());
}

}  // namespace

void add_activity_routes(std::vector<Route>& routes, const Services& services) {
  routes.push_back({"GET", "/api/v1/activity", Permission::kView, RunsOn::kPool,
                    [&services](const Exchange& e) { return show_activity(services, e); }});
}

}  // namespace rota::api
