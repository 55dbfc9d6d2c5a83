// What a schedule means, as the engine understands it: any text (GET /api/v1/schedules/explain),
// or a task's own with its anchor, calendar and hash (GET /api/v1/tasks/{id}/slots).
#include <array>
#include <chrono>

#include "api/codec.h"
#include "api/query.h"
#include "api/routes.h"
#include "model/names.h"
#include "rota/schedule.h"
#include "rota/scheduler.h"
#include "store/store.h"

namespace rota::api {
namespace {

constexpr std::int64_t kSlotsMax = 100;
constexpr std::int64_t kSlotsDefault = 10;

std::string_view format_word(ScheduleFormat format) {
  constexpr std::array<std::string_view, 8> kWords{
      "cron", "periodic", "relative", "one_shot", "working_day", "rrule", "union", "unknown"};
  return kWords[static_cast<std::size_t>(format)];
}

// The parser's complaint, said beside the parameter that it is about.
Error about_parameter(const Error& error) {
  if (!error.fields.empty()) return error;
  Error named = error;
  const bool zone = !error.column && error.message.find("zone") != std::string::npos;
  named.fields.push_back({zone ? "timezone" : "expr", error.message, error.column});
  return named;
}

// What is asked about a schedule's slots.
struct Window {
  Instant from;
  std::size_t count = 0;
  bool with_skipped = false;  // also entries for closed days whose slots do not run
};

Window window_from(Query& query) {
  const auto count = query.number("count", 1, kSlotsMax, kSlotsDefault);
  return {query.instant("from").value_or(wall_now()), static_cast<std::size_t>(count),
          query.flag("skipped").value_or(false)};
}

net::Response write_explanation(const Schedule& schedule, const std::string& timezone,
                                const Window& window) {
  JsonWriter json;
  json.begin_object()
      .field("expr", schedule.text())
      .field("timezone", timezone)
      .field("format", format_word(schedule.format()))
      .field("description", schedule.describe())
      .field("counts_from_finish", schedule.counts_from_finish())
      .field("runs_at_start", schedule.runs_at_start())
      .field("from", window.from)
      .key("pitfalls");
  write_strings(json, schedule.pitfalls(window.from));
  json.key("slots").begin_array();
  for (const ExplainedSlot& slot : schedule.explain(window.from, window.count)) {
    if (slot.runs || window.with_skipped) write_slot(json, slot);
  }
  json.end_array().end_object();
  return json_response(json.take());
}

// The text as a task with these fields would be planned, so that the answer is the engine's.
Result<net::Response> explain(Scheduler& scheduler, const Exchange& exchange) {
  Query query(exchange.request->query,
              {"expr", "timezone", "count", "from", "skipped", "anchor_at", "working_days_only",
               "on_non_working_day", "working_day_offset", "calendar"});
  Task task;
  task.timezone = query.text("timezone", "UTC");
  task.schedule = query.text("expr");
  task.working_days_only = query.flag("working_days_only").value_or(false);
  task.working_day_offset = static_cast<int>(
      query.number("working_day_offset", -kWorkingDayOffsetMax, kWorkingDayOffsetMax, 0));
  const Window window = window_from(query);
  task.anchor_at = query.instant("anchor_at").value_or(window.from);
  const auto moved = model::parse_word<NonWorkingDay>("on_non_working_day",
                                                      query.text("on_non_working_day", "skip"));
  if (moved)
    task.on_non_working_day = *moved;
  else
    query.complain("on_non_working_day", moved.error().message);
  if (!query.has("expr")) query.complain("expr", "is missing: give the schedule's text");
  if (auto checked = query.check(); !checked) return fail(checked.error());
  if (query.has("calendar")) {
    const auto view = scheduler.store().load_calendar_by_name(query.text("calendar"));
    if (!view) return fail(view.error());
    task.calendar_id = view->calendar.id;
  }
  const auto schedule = scheduler.schedule_of(task);
  if (!schedule) return fail(about_parameter(schedule.error()));
  return write_explanation(*schedule, task.timezone, window);
}

Result<net::Response> task_slots(Scheduler& scheduler, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "task");
  if (!id) return fail(id.error());
  Query query(exchange.request->query, {"count", "from", "skipped"});
  const Window window = window_from(query);
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto view = scheduler.load_task(TaskId{*id});
  if (!view) return fail(view.error());
  const auto schedule = scheduler.schedule_of(view->task);
  if (!schedule) return fail(schedule.error());
  return write_explanation(*schedule, view->task.timezone, window);
}

}  // namespace

void add_schedule_routes(std::vector<Route>& routes, const Services& services) {
  Scheduler& scheduler = services.scheduler;
  routes.push_back({"GET", "/api/v1/schedules/explain", Permission::kView, RunsOn::kPool,
                    [&scheduler](const Exchange& e) { return explain(scheduler, e); }});
  routes.push_back({"GET", "/api/v1/tasks/{id}/slots", Permission::kView, RunsOn::kPool,
                    [&scheduler](const Exchange& e) { return task_slots(scheduler, e); }});
}

}  // namespace rota::api
