// GET /api/v1/nodes: the servers that work on this database, and those that did lately.
#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"
#include "store/store.h"

namespace rota::api {
namespace {

Result<net::Response> list_nodes(Scheduler& scheduler, const Exchange& exchange) {
  Query query(exchange.request->query, {});
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto nodes = scheduler.store().list_nodes();
  if (!nodes) return fail(nodes.error());
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const store::NodeView& node : *nodes) {
    json.begin_object()
        .field("id", node.id.value)
        .field("host", node.info.host)
        .field("pid", node.info.pid)
        .field("version", node.info.version)
        .field("capacity", node.info.capacity)
        .field("status", node.status)
        .field("started_at", node.started_at)
        .field("lease_until", node.lease_until)
        .end_object();
  }
  json.end_array().end_object();
  return json_response(json.take());
}

}  // namespace

void add_node_routes(std::vector<Route>& routes, const Services& services) {
  Scheduler& scheduler = services.scheduler;
  routes.push_back({"GET", "/api/v1/nodes", Permission::kView, RunsOn::kPool,
                    [&scheduler](const Exchange& e) { return list_nodes(scheduler, e); }});
}

}  // namespace rota::api
