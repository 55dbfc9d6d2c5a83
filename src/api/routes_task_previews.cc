// "These runs change": what an edit of a task, or a new one, would do, before it is saved.
#include "api/preview_json.h"
#include "api/routes.h"
#include "api/task_body.h"
#include "preview/task_change.h"
#include "store/store.h"

namespace rota::api {
namespace {

Result<net::Response> answer(const Services& services, const Exchange& exchange,
                             const std::optional<Task>& stored) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  Task task = stored.value_or(Task{});
  read_task_fields(*body, task);
  if (auto fits = check_task(services.scheduler, *body, task); !fits) return fail(fits.error());
  const Instant now = wall_now();
  if (!stored && !task.anchor_at) task.anchor_at = now;  // as when it is stored
  const auto found = preview::preview_task_change(services.scheduler.store(), stored, task, now,
                                                  page_preview_limits().each);
  if (!found) return fail(found.error());
  return json_response(write_preview(*found));
}

Result<net::Response> preview_edit(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  const auto view = services.scheduler.load_task(TaskId{*id});
  if (!view) return fail(view.error());
  return answer(services, exchange, view->task);
}

}  // namespace

void add_task_preview_routes(std::vector<Route>& routes, const Services& services) {
  routes.push_back({"POST", "/api/v1/tasks/preview", Permission::kView, RunsOn::kHeavyPool,
                    [&services](const Exchange& e) { return answer(services, e, std::nullopt); }});
  routes.push_back({"POST", "/api/v1/tasks/{id}/preview", Permission::kView, RunsOn::kHeavyPool,
                    [&services](const Exchange& e) { return preview_edit(services, e); }});
}

}  // namespace rota::api
