// GET /api/v1/runs/{id} and its output.
#include <fmt/format.h>

#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"

namespace rota::api {
namespace {

constexpr std::int64_t kOutputMax = 1 << 20;  // bytes in one answer
constexpr std::int64_t kOutputDefault = 256 << 10;

Result<net::Response> show_run(Scheduler& scheduler, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const auto id = parse_path_id(exchange.params[0], "run");
  if (!id) return fail(id.error());
  const auto run = scheduler.load_run(RunId{*id});
  if (!run) return fail(run.error());
  JsonWriter json;
  write_run(json, *run);
  return json_response(json.take());
}

net::Response output_as_json(const std::vector<OutputChunk>& chunks, std::int64_t after) {
  JsonWriter json;
  json.begin_object().key("chunks").begin_array();
  for (const OutputChunk& chunk : chunks) {
    write_output_chunk(json, chunk);
    after = chunk.seq;
  }
  json.end_array().field("next_after", after).end_object();
  return json_response(json.take());
}

// As bytes, to be saved: never shown in a window of ours, whatever it claims to be.
net::Response output_as_file(const std::vector<OutputChunk>& chunks, std::int64_t run_id) {
  net::Response response;
  response.set("Content-Type", "text/plain; charset=utf-8");
  response.set("Content-Disposition",
               fmt::format("attachment; filename=\"rota-run-{}.txt\"", run_id));
  response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
  response.set("Cache-Control", "no-store");
  for (const OutputChunk& chunk : chunks) response.body += chunk.bytes;
  return response;
}

Result<net::Response> show_output(Scheduler& scheduler, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "run");
  if (!id) return fail(id.error());
  Query query(exchange.request->query, {"after", "bytes", "format"});
  const std::int64_t after = query.number("after", -1, kIdMax, -1);
  const std::int64_t bytes = query.number("bytes", 1, kOutputMax, kOutputDefault);
  const std::string format = query.text("format", "json");
  if (format != "json" && format != "file") query.complain("format", "must be json or file");
  if (auto checked = query.check(); !checked) return fail(checked.error());
  if (const auto run = scheduler.load_run(RunId{*id}); !run) return fail(run.error());
  const auto chunks = scheduler.load_output(RunId{*id}, after, static_cast<std::size_t>(bytes));
  if (!chunks) return fail(chunks.error());
  return format == "file" ? output_as_file(*chunks, *id) : output_as_json(*chunks, after);
}

}  // namespace

void add_run_routes(std::vector<Route>& routes, const Services& services) {
  Scheduler& scheduler = services.scheduler;
  routes.push_back({"GET", "/api/v1/runs/{id}", Permission::kView, RunsOn::kPool,
                    [&scheduler](const Exchange& e) { return show_run(scheduler, e); }});
  routes.push_back({"GET", "/api/v1/runs/{id}/output", Permission::kView, RunsOn::kPool,
                    [&scheduler](const Exchange& e) { return show_output(scheduler, e); }});
}

}  // namespace rota::api
