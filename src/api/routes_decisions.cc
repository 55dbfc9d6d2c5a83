// GET /api/v1/decisions: what became of every due slot.
#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"

namespace rota::api {
namespace {

Result<net::Response> list_decisions(Scheduler& scheduler, const Exchange& exchange) {
  Query query(exchange.request->query, {"task", "from", "until", "unrun", "limit", "cursor"});
  DecisionQuery wanted;
  if (query.has("task")) wanted.task_id = TaskId{query.number("task", 1, kIdMax, 0)};
  wanted.from = query.instant("from");
  wanted.until = query.instant("until");
  wanted.unrun_only = query.flag("unrun").value_or(false);
  wanted.limit = static_cast<std::size_t>(query.number("limit", 1, 1000, 50));
  wanted.cursor = query.text("cursor");
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto page = scheduler.list_decisions(wanted);
  if (!page) return fail(page.error());
  return json_response(write_page(*page, write_decision));
}

}  // namespace

void add_decision_routes(std::vector<Route>& routes, const Services& services) {
  Scheduler& scheduler = services.scheduler;
  routes.push_back({"GET", "/api/v1/decisions", Permission::kView, RunsOn::kPool,
                    [&scheduler](const Exchange& e) { return list_decisions(scheduler, e); }});
}

}  // namespace rota::api
