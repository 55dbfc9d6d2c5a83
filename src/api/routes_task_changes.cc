// Adding, editing, removing, running and pausing one task.
#include <fmt/format.h>

#include "api/audited.h"
#include "api/codec.h"
#include "api/idempotency.h"
#include "api/if_match.h"
#include "api/query.h"
#include "api/routes.h"
#include "api/task_body.h"
#include "base/characters.h"

namespace rota::api {
namespace {

std::string task_json(const TaskView& view) {
  JsonWriter json;
  write_task(json, view);
  return json.take();
}

std::string object_of(TaskId id) { return fmt::format("task {}", id.value); }

// What became of a task; its execution is as it was.
ChangeNote note_on_task(const Changed& made, const std::optional<TaskView>& before) {
  ChangeNote note;
  if (before) note = {object_of(before->task.id), task_json(*before)};
  if (const Task* const* task = std::get_if<const Task*>(&made)) {
    note.object = object_of((*task)->id);
    note.after = task_json({**task, before ? before->execution : TaskExecution{}});
  }
  return note;
}

std::string run_text(const Changed& made) {
  const Run* const* const run = std::get_if<const Run*>(&made);
  if (run == nullptr) return {};
  JsonWriter json;
  write_run(json, **run);
  return json.take();
}

// The task as it is now, with the tag that the next edit must show.
Result<net::Response> answer_task(const Services& services, TaskId id, int status = 200) {
  const auto view = services.scheduler.load_task(id);
  if (!view) return fail(view.error());
  net::Response response = json_response(task_json(*view));
  response.status = status;
  response.set("ETag", fmt::format("\"{}\"", view->task.version));
  return response;
}

Result<TaskView> load_named(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  return services.scheduler.load_task(TaskId{*id});
}

Result<net::Response> create(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  Task task;
  read_task_fields(*body, task);
  if (auto fits = check_task(services.scheduler, *body, task); !fits) return fail(fits.error());
  const auto stored = audited(
      services, exchange, "task.add", [](const Changed& made) { return note_on_task(made, {}); },
      [&] { return services.scheduler.add_task(task, exchange.who.recorded_as()); });
  if (!stored) return fail(stored.error());
  auto response = answer_task(services, stored->id, 201);
  if (!response) return response;
  response->set("Location", fmt::format("/api/v1/tasks/{}", stored->id.value));
  return response;
}

// PATCH changes what it names; PUT sets all, and what it does not name to its default.
Result<net::Response> edit(const Services& services, const Exchange& exchange) {
  const auto view = load_named(services, exchange);
  if (!view) return fail(view.error());
  const Task& stored = view->task;
  if (auto refused = refuse_unmatched(*exchange.request, stored.version, stored.updated_by))
    return std::move(*refused);
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  Task task = stored;
  if (exchange.request->method == "PUT") {
    task = Task{};
    task.id = stored.id;
    task.version = stored.version;
    task.anchor_at = stored.anchor_at;
  }
  read_task_fields(*body, task);
  if (auto fits = check_task(services.scheduler, *body, task); !fits) return fail(fits.error());
  const auto saved = audited(
      services, exchange, "task.edit",
      [&](const Changed& made) { return note_on_task(made, *view); },
      [&] { return services.scheduler.update_task(task, exchange.who.recorded_as()); });
  if (!saved) return fail(saved.error());
  return answer_task(services, stored.id);
}

// Says what would be wrong with it, and stores nothing: for a form while somebody types.
Result<net::Response> validate(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  Task task;
  read_task_fields(*body, task);
  const auto fits = check_task(services.scheduler, *body, task);
  if (!fits && fits.error().fields.empty()) return fail(fits.error());
  JsonWriter json;
  json.begin_object().field("valid", fits.has_value()).key("errors");
  write_error_fields(json, fits ? Error{} : fits.error());
  json.end_object();
  return json_response(json.take());
}

// The name must be repeated: nobody removes the wrong one by a slip of the finger.
Result<net::Response> remove(const Services& services, const Exchange& exchange) {
  const auto view = load_named(services, exchange);
  if (!view) return fail(view.error());
  Query query(exchange.request->query, {"name", "history"});
  const std::string history = query.text("history", "keep");
  if (history != "keep" && history != "remove") {
    query.complain("history", "must be keep or remove");
  }
  const std::string name = query.text("name");
  // What nobody can type is shown as an escape; that is good enough.
  if (name != view->task.name && name != base::visible(view->task.name)) {
    query.complain("name", "must be the name of the task, to confirm that it is the one");
  }
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const History kept = history == "keep" ? History::kKeep : History::kRemove;
  const auto removed = audited(
      services, exchange, "task.remove",
      [&](const Changed&) { return ChangeNote{object_of(view->task.id), task_json(*view)}; },
      [&] {
        return services.scheduler.remove_task(view->task.id, kept, exchange.who.recorded_as());
      });
  if (!removed) return fail(removed.error());
  return no_content();
}

// Other metadata than the task's own is as much as an edit: it may be what a command runs.
Result<net::Response> run(const Services& services, const Exchange& exchange) {
  const auto view = load_named(services, exchange);
  if (!view) return fail(view.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"metadata"});
  const std::string metadata = body->json_object("metadata");
  if (auto checked = body->check(); !checked) return fail(checked.error());
  if (!metadata.empty()) {
    if (auto may = require_role(exchange, accounts::Role::kEdit); !may) return fail(may.error());
  }
  const auto queued = audited(
      services, exchange, "task.run",
      [&](const Changed& made) { return ChangeNote{object_of(view->task.id), "", run_text(made)}; },
      [&] {
        return services.scheduler.run_task(view->task.id, metadata, exchange.who.recorded_as());
      });
  if (!queued) return fail(queued.error());
  net::Response response = json_response(run_text(&*queued));
  response.status = 202;
  response.set("Location", fmt::format("/api/v1/runs/{}", queued->id.value));
  return response;
}

// The run as it stands now; its id alone where it is kept no longer.
std::string run_text_at(const Services& services, const net::Response& kept) {
  std::string_view location;
  for (const net::Header& header : kept.headers) {
    if (header.name == "Location") location = header.value;
  }
  const auto id = parse_path_id(location.substr(location.rfind('/') + 1), "run").value_or(0);
  const auto run = services.scheduler.load_run(RunId{id});
  return run ? run_text(&*run) : fmt::format("{{\"id\":{}}}", id);
}

Result<net::Response> pause(const Services& services, const Exchange& exchange) {
  const auto view = load_named(services, exchange);
  if (!view) return fail(view.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"until", "reason"});
  const Instant until = body->instant("until").value_or(kForever);
  const std::string reason = body->text("reason");
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto saved = audited(
      services, exchange, "task.pause",
      [&](const Changed& made) { return note_on_task(made, *view); },
      [&] {
        return services.scheduler.pause_task(view->task.id, until, reason,
                                             exchange.who.recorded_as());
      });
  if (!saved) return fail(saved.error());
  return answer_task(services, view->task.id);
}

Result<net::Response> resume(const Services& services, const Exchange& exchange) {
  const auto view = load_named(services, exchange);
  if (!view) return fail(view.error());
  const auto saved = audited(
      services, exchange, "task.resume",
      [&](const Changed& made) { return note_on_task(made, *view); },
      [&] { return services.scheduler.resume_task(view->task.id, exchange.who.recorded_as()); });
  if (!saved) return fail(saved.error());
  return answer_task(services, view->task.id);
}

}  // namespace

void add_task_change_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view method, std::string_view pattern, Permission permission,
                       const auto& handler) {
    routes.push_back({method, pattern, permission, RunsOn::kPool,
                      [&services, handler](const Exchange& e) { return handler(services, e); }});
  };
  add("POST", "/api/v1/tasks", Permission::kEdit, create);
  add("POST", "/api/v1/tasks/validate", Permission::kView, validate);
  add("PUT", "/api/v1/tasks/{id}", Permission::kEdit, edit);
  add("PATCH", "/api/v1/tasks/{id}", Permission::kEdit, edit);
  add("DELETE", "/api/v1/tasks/{id}", Permission::kEdit, remove);
  const auto answers = std::make_shared<IdempotentAnswers>();
  add("POST", "/api/v1/tasks/{id}/run", Permission::kRun,
      [answers](const Services& all, const Exchange& exchange) {
        return answers->once(
            exchange, [&](const Exchange& e) { return run(all, e); },
            [&](const net::Response& kept) { return run_text_at(all, kept); });
      });
  add("POST", "/api/v1/tasks/{id}/pause", Permission::kRun, pause);
  add("POST", "/api/v1/tasks/{id}/resume", Permission::kRun, resume);
}

}  // namespace rota::api
