// What a schedule means, as the engine understands it: any text (GET /api/v1/schedules/explain),
// or a task's own with its anchor, calendar and hash (GET /api/v1/tasks/{id}/slots).
#include <array>
#include <chrono>

#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"
#include "model/names.h"
#include "rota/schedule.h"

namespace rota::api {
namespace {

constexpr std::int64_t kSlotsMax = 100;
constexpr std::int64_t kSlotsDefault = 10;

std::string_view format_word(ScheduleFormat format) {
  constexpr std::array<std::string_view, 8> kWords{"cron",        "periodic", "relative", "one_shot",
                                                   "working_day", "rrule",    "union",    "unknown"};
  return kWords[static_cast<std::size_t>(format)];
}

Instant wall_now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

// The parser's complaint, said beside the parameter that it is about.
Error about_parameter(const Error& error) {
  if (!error.fields.empty()) return error;
  Error named = error;
  const bool zone = !error.column && error.message.find("zone") != std::string::npos;
  named.fields.push_back({zone ? "timezone" : "expr", error.message, error.column});
  return named;
}

net::Response write_explanation(const Schedule& schedule, const std::string& timezone, Instant from,
                                std::size_t count) {
  JsonWriter json;
  json.begin_object()
      .field("expr", schedule.text())
      .field("timezone", timezone)
      .field("format", format_word(schedule.format()))
      .field("description", schedule.describe())
      .field("counts_from_finish", schedule.counts_from_finish())
      .field("runs_at_start", schedule.runs_at_start())
      .field("from", from)
      .key("pitfalls");
  write_strings(json, schedule.pitfalls());
  json.key("slots").begin_array();
  for (const ExplainedSlot& slot : schedule.explain(from, count)) write_slot(json, slot);
  json.end_array().end_object();
  return json_response(json.take());
}

Result<net::Response> explain(const Exchange& exchange) {
  Query query(exchange.request->query, {"expr", "timezone", "count", "from", "anchor_at",
                                        "working_days_only", "on_non_working_day"});
  ScheduleOptions options;
  options.timezone = query.text("timezone", "UTC");
  options.working_days_only = query.flag("working_days_only").value_or(false);
  const Instant from = query.instant("from").value_or(wall_now());
  options.anchor = query.instant("anchor_at").value_or(from);
  const auto count = query.number("count", 1, kSlotsMax, kSlotsDefault);
  const auto moved = model::parse_word<NonWorkingDay>("on_non_working_day",
                                                      query.text("on_non_working_day", "skip"));
  if (moved)
    options.on_non_working_day = *moved;
  else
    query.complain("on_non_working_day", moved.error().message);
  if (!query.has("expr")) query.complain("expr", "is missing: give the schedule's text");
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto schedule = Schedule::parse(query.text("expr"), options);
  if (!schedule) return fail(about_parameter(schedule.error()));
  return write_explanation(*schedule, options.timezone, from, static_cast<std::size_t>(count));
}

Result<net::Response> task_slots(Scheduler& scheduler, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  Query query(exchange.request->query, {"count", "from"});
  const Instant from = query.instant("from").value_or(wall_now());
  const auto count = query.number("count", 1, kSlotsMax, kSlotsDefault);
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto view = scheduler.load_task(TaskId{*id});
  if (!view) return fail(view.error());
  const auto schedule = scheduler.schedule_of(view->task);
  if (!schedule) return fail(schedule.error());
  return write_explanation(*schedule, view->task.timezone, from, static_cast<std::size_t>(count));
}

}  // namespace

void add_schedule_routes(std::vector<Route>& routes, const Services& services) {
  Scheduler& scheduler = services.scheduler;
  routes.push_back({"GET", "/api/v1/schedules/explain", Permission::kView, RunsOn::kPool, explain});
  routes.push_back({"GET", "/api/v1/tasks/{id}/slots", Permission::kView, RunsOn::kPool,
                    [&scheduler](const Exchange& e) { return task_slots(scheduler, e); }});
}

}  // namespace rota::api
