// How the server is: for people, for load balancers, for Prometheus; and what it can do.
#include <chrono>

#include "api/codec.h"
#include "api/metrics.h"
#include "api/query.h"
#include "api/routes.h"
#include "rota/version.h"

namespace rota::api {
namespace {

net::Response show_status(const Services& services) {
  const auto up = std::chrono::steady_clock::now() - services.started_at;
  JsonWriter json;
  json.begin_object()
      .field("name", "Rota")
      .field("version", kVersion)
      .field("now", std::chrono::floor<Duration>(std::chrono::system_clock::now()))
      .field("uptime_s", std::chrono::duration_cast<std::chrono::seconds>(up).count())
      .key("engine");
  write_status(json, services.scheduler.status());
  json.end_object();
  return json_response(json.take());
}

std::optional<std::size_t> count_overrunning(const Scheduler& scheduler) {
  const auto overruns = scheduler.list_overruns(std::nullopt);
  if (!overruns) return std::nullopt;
  return overruns->size();
}

net::Response list_handlers(const HandlerCatalog& catalog) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const std::string& type : catalog.types()) {
    const auto handler = catalog.find(type);
    if (!handler) continue;
    json.begin_object()
        .field("type", type)
        .field("summary", handler->summary())
        .field("blocking", handler->blocking())
        .key("metadata_schema");
    write_foreign_json(json, handler->metadata_schema());
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(json.take());
}

net::Response text_response(std::string_view type, std::string body) {
  net::Response response;
  response.set("Content-Type", type);
  response.set("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

}  // namespace

void add_status_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view pattern, Permission permission, RunsOn runs_on, auto make) {
    routes.push_back({"GET", pattern, permission, runs_on,
                      [make](const Exchange& exchange) -> Result<net::Response> {
                        // Monitors may ask with what they like.
                        const bool strict = exchange.request->path.starts_with("/api/");
                        auto none = refuse_parameters(strict ? exchange.request->query : "");
                        if (!none) return fail(none.error());
                        return make();
                      }});
  };
  add("/api/v1/status", Permission::kView, RunsOn::kPool,
      [&services] { return show_status(services); });
  add("/api/v1/handlers", Permission::kView, RunsOn::kPool,
      [&services] { return list_handlers(services.scheduler.handlers()); });
  add("/metrics", Permission::kView, RunsOn::kPool, [&services] {
    return text_response(
        "text/plain; version=0.0.4; charset=utf-8",
        write_metrics(services.scheduler.status(), count_overrunning(services.scheduler),
                      services.http_counters(), services.events.listeners()));
  });
  // The process answers; nothing else is claimed. Asked on the loop: works when all else is busy.
  add("/healthz", Permission::kPublic, RunsOn::kLoop,
      [] { return text_response("text/plain; charset=utf-8", "ok\n"); });
}

}  // namespace rota::api
