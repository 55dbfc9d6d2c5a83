// GET /api/v1/tasks and what hangs below one task.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"

namespace rota::api {
namespace {

constexpr std::int64_t kPageMax = 200;
constexpr std::int64_t kPageDefault = 50;
constexpr std::size_t kSearchMax = 200;   // bytes
constexpr std::size_t kCursorMax = 1024;  // bytes
constexpr std::size_t kIdsMax = 200;
constexpr std::size_t kBytesOfCharacter = 4;

constexpr std::array<std::string_view, 7> kOrders{
    "id", "name", "type", "priority", "next_scheduled_at", "executed_at", "failure_count"};

std::string bounded_text(Query& query, std::string_view name, std::size_t bytes_max) {
  std::string text = query.text(name);
  if (text.size() > bytes_max)
    query.complain(name, fmt::format("is longer than {} bytes", bytes_max));
  return text;
}

// "name" or, for the other direction, "-name".
void read_sort(Query& query, TaskQuery& tasks) {
  std::string sort = query.text("sort", "id");
  tasks.descending = sort.starts_with('-');
  if (tasks.descending) sort.erase(0, 1);
  for (std::size_t i = 0; i < kOrders.size(); ++i) {
    if (kOrders[i] == sort) {
      tasks.order = static_cast<TaskOrder>(i);
      return;
    }
  }
  query.complain("sort", fmt::format("must be one of {}, with '-' before it for descending",
                                     fmt::join(kOrders, ", ")));
}

// "3,17,20": those tasks, for a page that has heard that they changed.
Result<std::vector<TaskId>> read_ids(Query& query) {
  std::vector<TaskId> ids;
  const std::string text = query.text("ids");
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    const auto id = parse_path_id(word, "task");
    if (!id || ids.size() == kIdsMax) {
      query.complain("ids", fmt::format("must be at most {} ids with commas between", kIdsMax));
      break;
    }
    ids.push_back(TaskId{*id});
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  if (auto checked = query.check(); !checked) return fail(checked.error());
  return ids;
}

Result<net::Response> list_by_ids(Scheduler& scheduler, Query& query) {
  const auto ids = read_ids(query);
  if (!ids) return fail(ids.error());
  Page<TaskView> page;
  for (const TaskId id : *ids) {
    auto view = scheduler.load_task(id);
    if (view) {
      page.rows.push_back(std::move(*view));
    } else if (view.error().code != ErrorCode::kNotFound) {
      return fail(view.error());
    }
  }
  page.total = static_cast<std::int64_t>(page.rows.size());
  return json_response(write_page(page, write_task));
}

Result<net::Response> list_tasks(Scheduler& scheduler, const Exchange& exchange) {
  Query query(exchange.request->query,
              {"search", "type", "active", "failing", "paused", "sort", "limit", "cursor", "ids"});
  if (query.has("ids")) return list_by_ids(scheduler, query);
  TaskQuery tasks;
  tasks.search = bounded_text(query, "search", kSearchMax);
  tasks.type = bounded_text(query, "type", kSearchMax);
  tasks.cursor = bounded_text(query, "cursor", kCursorMax);
  tasks.active = query.flag("active");
  tasks.failing_only = query.flag("failing").value_or(false);
  tasks.paused_only = query.flag("paused").value_or(false);
  tasks.limit = static_cast<std::size_t>(query.number("limit", 1, kPageMax, kPageDefault));
  read_sort(query, tasks);
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto page = scheduler.list_tasks(tasks);
  if (!page) return fail(page.error());
  return json_response(write_page(*page, write_task));
}

Result<net::Response> show_task(Scheduler& scheduler, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  const auto view = scheduler.load_task(TaskId{*id});
  if (!view) return fail(view.error());
  const auto overruns = scheduler.list_overruns(view->task.id);
  if (!overruns) return fail(overruns.error());
  JsonWriter json;
  write_advised_task(json, *view, overruns->empty() ? "" : overruns->front().advice);
  net::Response response = json_response(json.take());
  response.set("ETag", fmt::format("\"{}\"", view->task.version));  // for the If-Match of an edit
  return response;
}

/// Tasks that are gone, whose history may still be there: by name, or those among some ids.
Result<net::Response> list_removed(Scheduler& scheduler, const Exchange& exchange) {
  Query query(exchange.request->query, {"name", "ids"});
  const std::string name = bounded_text(query, "name", kTaskNameMax * kBytesOfCharacter);
  if (query.has("name") == query.has("ids")) query.complain("name", "or ids must be given");
  const auto ids = read_ids(query);
  if (!ids) return fail(ids.error());
  auto removed = query.has("ids") ? scheduler.removed_tasks(*ids) : scheduler.removed_tasks(name);
  if (!removed) return fail(removed.error());
  Page<RemovedTask> page;
  page.rows = std::move(*removed);
  page.total = static_cast<std::int64_t>(page.rows.size());
  return json_response(write_page(page, write_removed_task));
}

}  // namespace

void add_task_routes(std::vector<Route>& routes, const Services& services) {
  Scheduler& scheduler = services.scheduler;
  const auto add = [&](std::string_view pattern, const auto& handler) {
    routes.push_back({"GET", pattern, Permission::kView, RunsOn::kPool,
                      [&scheduler, handler](const Exchange& e) { return handler(scheduler, e); }});
  };
  add("/api/v1/tasks", list_tasks);
  add("/api/v1/tasks/{id}", show_task);
  add("/api/v1/removed-tasks", list_removed);
}

}  // namespace rota::api
