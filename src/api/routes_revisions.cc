// What a task was before: every change with the rows before and after, and the way back.
#include <fmt/format.h>

#include "api/audited.h"
#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"
#include "api/task_body.h"
#include "store/store.h"

namespace rota::api {
namespace {

constexpr std::int64_t kPageMax = 100;
constexpr std::int64_t kPageDefault = 20;

// The row as tasks look outside; null where there was none.
void write_row(JsonWriter& json, const std::string& row, const store::TaskChange& change) {
  Task task;
  task.id = change.task_id;
  if (row.empty() || !read_revision(row, task)) {
    json.null();
    return;
  }
  write_task_fields(json, task);
}

void write_revision(JsonWriter& json, const store::TaskChange& change) {
  json.begin_object()
      .field("seq", change.seq)
      .field("op", change.op)
      .field("at", change.at)
      .field("by", change.by)
      .key("before");
  write_row(json, change.old_row, change);
  json.key("after");
  write_row(json, change.new_row, change);
  json.end_object();
}

Result<net::Response> list(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  Query query(exchange.request->query, {"limit", "before"});
  const std::int64_t limit = query.number("limit", 1, kPageMax, kPageDefault);
  const std::int64_t before = query.number("before", 1, kIdMax, kIdMax);
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto changes = services.scheduler.store().load_task_changes(
      TaskId{*id}, before, static_cast<std::size_t>(limit));
  if (!changes) return fail(changes.error());
  if (changes->empty() && before == kIdMax) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no task {}", *id));
  }
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const store::TaskChange& change : *changes) write_revision(json, change);
  json.end_array().key("next_before");
  changes->size() == static_cast<std::size_t>(limit) ? json.value(changes->back().seq)
                                                     : json.null();
  json.end_object();
  return json_response(json.take());
}

// Makes the task what that change had made of it: one more edit, with its own revision.
Result<net::Response> restore(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  const auto seq = parse_path_id(exchange.params[1], "revision");
  if (!seq) return fail(seq.error());
  const auto changes = services.scheduler.store().load_task_changes(TaskId{*id}, *seq + 1, 1);
  if (!changes) return fail(changes.error());
  if (changes->empty() || changes->front().seq != *seq || changes->front().new_row.empty()) {
    return fail(ErrorCode::kNotFound, "there is no revision of that number to go back to",
                "GET /api/v1/tasks/{id}/revisions lists them");
  }
  const auto view = services.scheduler.load_task(TaskId{*id});
  if (!view) return fail(view.error());
  Task task = view->task;
  if (auto read = read_revision(changes->front().new_row, task); !read) return fail(read.error());
  const auto saved = audited(
      services, exchange, "task.restore",
      [&](const Changed&) {
        return ChangeNote{fmt::format("task {}", *id), "",
                          fmt::format("{{\"revision\":{}}}", *seq)};
      },
      [&] { return services.scheduler.update_task(task, exchange.who.recorded_as()); });
  if (!saved) return fail(saved.error());
  const auto now = services.scheduler.load_task(TaskId{*id});
  if (!now) return fail(now.error());
  JsonWriter json;
  write_task(json, *now);
  net::Response response = json_response(json.take());
  response.set("ETag", fmt::format("\"{}\"", now->task.version));
  return response;
}

}  // namespace

void add_revision_routes(std::vector<Route>& routes, const Services& services) {
  routes.push_back({"GET", "/api/v1/tasks/{id}/revisions", Permission::kView, RunsOn::kPool,
                    [&services](const Exchange& e) { return list(services, e); }});
  routes.push_back({"POST", "/api/v1/tasks/{id}/revisions/{seq}/restore", Permission::kEdit,
                    RunsOn::kPool,
                    [&services](const Exchange& e) { return restore(services, e); }});
}

}  // namespace rota::api
