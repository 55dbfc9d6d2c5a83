// Lists of runs: all of them, one task's, one series of attempts, and the last few of many tasks at
// once (what a table draws beside each of its rows).
#include <fmt/format.h>

#include <algorithm>

#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"
#include "model/names.h"

namespace rota::api {
namespace {

constexpr std::int64_t kPageMax = 200;
constexpr std::int64_t kPageDefault = 50;
constexpr std::size_t kCursorMax = 100;  // bytes
constexpr std::size_t kAttemptsMax = 1000;
constexpr std::size_t kTasksMax = 100;
constexpr std::int64_t kEachMax = 30;
constexpr std::int64_t kEachDefault = 12;

void read_statuses(Query& query, RunQuery& runs) {
  const std::string text = query.text("status");
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    const auto status = model::parse_word<RunStatus>("status", word);
    if (!status) return query.complain("status", "is not a list of run statuses");
    runs.statuses.push_back(*status);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
}

Result<RunQuery> read_run_query(const Exchange& exchange) {
  Query query(exchange.request->query, {"status", "skipped", "limit", "cursor"});
  RunQuery runs;
  runs.cursor = query.text("cursor");
  if (runs.cursor.size() > kCursorMax) query.complain("cursor", "is not one of this list's");
  runs.include_skipped = query.flag("skipped").value_or(true);
  runs.limit = static_cast<std::size_t>(query.number("limit", 1, kPageMax, kPageDefault));
  read_statuses(query, runs);
  if (auto checked = query.check(); !checked) return fail(checked.error());
  return runs;
}

Result<net::Response> list_all_runs(Scheduler& scheduler, const Exchange& exchange) {
  const auto query = read_run_query(exchange);
  if (!query) return fail(query.error());
  const auto page = scheduler.list_runs(*query);
  if (!page) return fail(page.error());
  return json_response(write_page(*page, write_run));
}

Result<net::Response> list_task_runs(Scheduler& scheduler, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  auto query = read_run_query(exchange);
  if (!query) return fail(query.error());
  query->task_id = TaskId{*id};
  const auto page = scheduler.list_runs(*query);
  if (!page) return fail(page.error());
  // History outlives its task when it was asked to; only a task with neither is unknown.
  if (page->rows.empty()) {
    const auto removed = scheduler.removed_tasks(std::vector<TaskId>{TaskId{*id}});
    if (!removed) return fail(removed.error());
    const auto task = scheduler.load_task(TaskId{*id});
    if (removed->empty() && !task) return fail(task.error());
  }
  return json_response(write_page(*page, write_run));
}

// First to last, whichever of them was asked for.
Result<net::Response> list_attempts(Scheduler& scheduler, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const auto id = parse_path_id(exchange.params[0], "run");
  if (!id) return fail(id.error());
  const auto run = scheduler.load_run(RunId{*id});
  if (!run) return fail(run.error());
  RunQuery query;
  query.task_id = run->task_id;
  query.series = run->first_run_id.value_or(run->id);
  query.limit = kAttemptsMax;
  auto page = scheduler.list_runs(query);
  if (!page) return fail(page.error());
  std::reverse(page->rows.begin(), page->rows.end());
  return json_response(write_page(*page, write_run));
}

Result<std::vector<TaskId>> read_tasks(Query& query) {
  std::vector<TaskId> tasks;
  const std::string text = query.text("tasks");
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    const auto id = parse_path_id(word, "task");
    if (!id || tasks.size() == kTasksMax) {
      query.complain("tasks", fmt::format("must be at most {} ids with commas between", kTasksMax));
      break;
    }
    tasks.push_back(TaskId{*id});
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  if (text.empty()) query.complain("tasks", "is missing: give the tasks' ids");
  if (auto checked = query.check(); !checked) return fail(checked.error());
  return tasks;
}

void write_recent_run(JsonWriter& json, const Run& run) {
  json.begin_object()
      .field("id", run.id.value)
      .field("status", model::to_word(run.status))
      .field("scheduled_for", run.scheduled_for)
      .field("duration_ms", run.duration_ms)
      .end_object();
}

Result<net::Response> list_recent(Scheduler& scheduler, const Exchange& exchange) {
  Query query(exchange.request->query, {"tasks", "each"});
  RunQuery runs;
  runs.include_skipped = false;
  runs.limit = static_cast<std::size_t>(query.number("each", 1, kEachMax, kEachDefault));
  const auto tasks = read_tasks(query);
  if (!tasks) return fail(tasks.error());
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const TaskId task : *tasks) {
    runs.task_id = task;
    const auto page = scheduler.list_runs(runs);
    if (!page) return fail(page.error());
    json.begin_object().field("task_id", task.value).key("runs").begin_array();
    for (const Run& run : page->rows) write_recent_run(json, run);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json_response(json.take());
}

}  // namespace

// Before the route of one run: "recent" is no id.
void add_run_list_routes(std::vector<Route>& routes, const Services& services) {
  Scheduler& scheduler = services.scheduler;
  const auto add = [&](std::string_view pattern, const auto& handler) {
    routes.push_back({"GET", pattern, Permission::kView, RunsOn::kPool,
                      [&scheduler, handler](const Exchange& e) { return handler(scheduler, e); }});
  };
  add("/api/v1/runs", list_all_runs);
  add("/api/v1/runs/recent", list_recent);
  add("/api/v1/runs/{id}/attempts", list_attempts);
  add("/api/v1/tasks/{id}/runs", list_task_runs);
}

}  // namespace rota::api
