// Cancelling a run, and running the same thing once more.
#include <fmt/format.h>

#include "api/audited.h"
#include "api/codec.h"
#include "api/routes.h"

namespace rota::api {
namespace {

net::Response answer_run(const Run& run, int status) {
  JsonWriter json;
  write_run(json, run);
  net::Response response = json_response(json.take());
  response.status = status;
  return response;
}

// 202: a handler that goes on is asked to stop; the run ends when it has.
Result<net::Response> cancel(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "run");
  if (!id) return fail(id.error());
  const auto run = audited(
      services, exchange, "run.cancel",
      [&](const Changed&) { return ChangeNote{fmt::format("run {}", *id)}; },
      [&] { return services.scheduler.cancel_run(RunId{*id}, exchange.who.recorded_as()); });
  if (!run) return fail(run.error());
  return answer_run(*run, 202);
}

// A new run of the same task with what this one was given.
Result<net::Response> retry(const Services& services, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "run");
  if (!id) return fail(id.error());
  const auto run = services.scheduler.load_run(RunId{*id});
  if (!run) return fail(run.error());
  if (!is_final(run->status)) {
    return fail(ErrorCode::kStale, "the run has not ended yet", "cancel it, or wait until it has");
  }
  const auto describe = [&](const Changed& made) {
    ChangeNote note{fmt::format("run {}", *id)};
    if (const Run* const* again = std::get_if<const Run*>(&made)) {
      note.after = fmt::format("{{\"run\":{}}}", (*again)->id.value);
    }
    return note;
  };
  const auto queued = audited(services, exchange, "run.retry", describe, [&] {
    return services.scheduler.run_task(run->task_id, run->metadata, exchange.who.recorded_as());
  });
  if (!queued) return fail(queued.error());
  net::Response response = answer_run(*queued, 202);
  response.set("Location", fmt::format("/api/v1/runs/{}", queued->id.value));
  return response;
}

}  // namespace

void add_run_change_routes(std::vector<Route>& routes, const Services& services) {
  routes.push_back({"POST", "/api/v1/runs/{id}/cancel", Permission::kRun, RunsOn::kPool,
                    [&services](const Exchange& e) { return cancel(services, e); }});
  routes.push_back({"POST", "/api/v1/runs/{id}/retry", Permission::kRun, RunsOn::kPool,
                    [&services](const Exchange& e) { return retry(services, e); }});
}

}  // namespace rota::api
