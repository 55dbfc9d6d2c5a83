// One change for many tasks. Each has its own outcome: one that cannot be changed stops no other.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

#include "api/codec.h"
#include "api/routes.h"
#include "api/task_body.h"
#include "base/utf8.h"

namespace rota::api {
namespace {

constexpr std::size_t kTasksMost = 500;
constexpr std::size_t kShortDetailMax = 100;  // bytes

using Change = std::function<Result<void>(TaskId)>;

// `room`: for field errors in the whole answer. Where they end, so do the long sentences.
void write_outcome(JsonWriter& json, std::int64_t id, const Result<void>& outcome,
                   std::size_t& room) {
  json.begin_object().field("id", id).field("ok", outcome.has_value());
  if (!outcome) {
    const Error& error = outcome.error();
    json.field("code", error_traits(error.code).name)
        .field("detail", room > 0 ? error.message : base::one_line(error.message, kShortDetailMax))
        .field("hint", error.hint)
        .key("errors");
    room -= write_error_fields(json, error, room);
  }
  json.end_object();
}

// 200 with what became of each, in the order asked for; one row in the audit for all.
Result<net::Response> change_each(const Services& services, const Exchange& exchange,
                                  std::string_view action, const std::vector<std::int64_t>& ids,
                                  const Change& change) {
  std::vector<std::int64_t> changed;
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  std::size_t room = base::kFieldErrorsMax;
  for (const std::int64_t id : ids) {
    const Result<void> outcome = change(TaskId{id});
    write_outcome(json, id, outcome, room);
    if (outcome) changed.push_back(id);
  }
  json.end_array().field("changed", changed.size()).end_object();
  if (!changed.empty()) {
    note_change(services, exchange, action, fmt::format("{} tasks", changed.size()), "",
                fmt::format("{{\"ids\":[{}]}}", fmt::join(changed, ",")));
  }
  return json_response(json.take());
}

template <class T>
Result<void> without_value(const Result<T>& outcome) {
  if (outcome) return {};
  return fail(outcome.error());
}

Result<net::Response> pause_all(const Services& services, const Exchange& exchange,
                                JsonBody& body) {
  body.allow_only({"ids", "until", "reason"});
  const auto ids = body.ids("ids", kTasksMost);
  const Instant until = body.instant("until").value_or(kForever);
  const std::string reason = body.text("reason");
  if (auto checked = body.check(); !checked) return fail(checked.error());
  const std::string by = exchange.who.recorded_as();
  return change_each(services, exchange, "task.pause", ids, [&](TaskId id) {
    return without_value(services.scheduler.pause_task(id, until, reason, by));
  });
}

Result<net::Response> resume_all(const Services& services, const Exchange& exchange,
                                 JsonBody& body) {
  body.allow_only({"ids"});
  const auto ids = body.ids("ids", kTasksMost);
  if (auto checked = body.check(); !checked) return fail(checked.error());
  const std::string by = exchange.who.recorded_as();
  return change_each(services, exchange, "task.resume", ids, [&](TaskId id) {
    return without_value(services.scheduler.resume_task(id, by));
  });
}

Result<net::Response> run_all(const Services& services, const Exchange& exchange, JsonBody& body) {
  body.allow_only({"ids"});
  const auto ids = body.ids("ids", kTasksMost);
  if (auto checked = body.check(); !checked) return fail(checked.error());
  const std::string by = exchange.who.recorded_as();
  return change_each(services, exchange, "task.run", ids, [&](TaskId id) {
    return without_value(services.scheduler.run_task(id, {}, by));
  });
}

// The count must be repeated, as the name must be for one.
Result<net::Response> remove_all(const Services& services, const Exchange& exchange,
                                 JsonBody& body) {
  body.allow_only({"ids", "count", "history"});
  const auto ids = body.ids("ids", kTasksMost);
  const std::string history = body.text("history", "keep");
  if (history != "keep" && history != "remove") body.complain("history", "must be keep or remove");
  if (body.number("count", 0, kTasksMost, -1) != static_cast<std::int64_t>(ids.size())) {
    body.complain("count", "must be how many are to be removed, to confirm it");
  }
  if (auto checked = body.check(); !checked) return fail(checked.error());
  const std::string by = exchange.who.recorded_as();
  const History kept = history == "keep" ? History::kKeep : History::kRemove;
  return change_each(services, exchange, "task.remove", ids,
                     [&](TaskId id) { return services.scheduler.remove_task(id, kept, by); });
}

Result<void> set_fields(const Services& services, TaskId id, JsonBody fields,
                        const std::string& by) {
  const auto view = services.scheduler.load_task(id);
  if (!view) return fail(view.error());
  Task task = view->task;
  read_task_fields(fields, task);
  if (auto fits = check_task(services.scheduler, fields, task); !fits) return fits;
  return without_value(services.scheduler.update_task(task, by));
}

// What is wrong whatever the task is said once, not read and said anew for each.
void check_form(JsonBody fields, JsonBody& body) {
  Task any;
  read_task_fields(fields, any);
  for (const FieldError& wrong : fields.complaints().listed()) {
    body.complain("set." + wrong.field, wrong.message, wrong.column);
  }
  body.count_unlisted(fields.complaints().unlisted());
}

Result<net::Response> edit_all(const Services& services, const Exchange& exchange, JsonBody& body) {
  body.allow_only({"ids", "set"});
  const auto ids = body.ids("ids", kTasksMost);
  const JsonBody fields = body.below("set");
  if (fields.has("name")) body.complain("set", "cannot give many tasks one name");
  check_form(fields, body);
  if (auto checked = body.check(); !checked) return fail(checked.error());
  const std::string by = exchange.who.recorded_as();
  return change_each(services, exchange, "task.edit", ids,
                     [&](TaskId id) { return set_fields(services, id, fields, by); });
}

}  // namespace

void add_bulk_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view pattern, Permission permission, const auto& handler) {
    routes.push_back({"POST", pattern, permission, RunsOn::kPool,
                      [&services, handler](const Exchange& e) -> Result<net::Response> {
                        auto body = JsonBody::parse(e.request->body);
                        if (!body) return fail(body.error());
                        return handler(services, e, *body);
                      }});
  };
  add("/api/v1/tasks/bulk/pause", Permission::kRun, pause_all);
  add("/api/v1/tasks/bulk/resume", Permission::kRun, resume_all);
  add("/api/v1/tasks/bulk/run", Permission::kRun, run_all);
  add("/api/v1/tasks/bulk/remove", Permission::kEdit, remove_all);
  add("/api/v1/tasks/bulk/edit", Permission::kEdit, edit_all);
}

}  // namespace rota::api
