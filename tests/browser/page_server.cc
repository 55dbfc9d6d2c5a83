// The real server and page over tasks that a test decides, for states that an engine would take
// hours to reach. Reads tasks from a file; then one JSON command a line on standard input:
// {"put":{...}} or {"remove":3}. Ends with standard input.
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "api/memory_scheduler.h"
#include "api/server.h"

namespace {

namespace json = boost::json;
using rota::Duration;
using rota::Instant;

Instant seconds_from_now(std::int64_t seconds) {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now()) +
         std::chrono::seconds{seconds};
}

std::string text_of(const json::object& object, std::string_view name, std::string otherwise = {}) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? otherwise : std::string(value->as_string());
}

std::int64_t number_of(const json::object& object, std::string_view name, std::int64_t otherwise) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? otherwise : value->as_int64();
}

bool flag_of(const json::object& object, std::string_view name, bool otherwise) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? otherwise : value->as_bool();
}

rota::Task task_of(const json::object& object) {
  rota::Task task;
  task.id = rota::TaskId{object.at("id").as_int64()};
  task.name = text_of(object, "name");
  task.type = text_of(object, "type", "null");
  task.schedule = text_of(object, "schedule", "@daily");
  task.timezone = text_of(object, "timezone", "UTC");
  task.priority = static_cast<int>(number_of(object, "priority", 50));
  task.active = flag_of(object, "active", true);
  task.working_days_only = flag_of(object, "working_days_only", false);
  if (const auto* metadata = object.if_contains("metadata"))
    task.metadata = json::serialize(*metadata);
  if (object.contains("paused_in_s")) {
    task.paused_until = seconds_from_now(object.at("paused_in_s").as_int64());
    task.pause_reason = text_of(object, "pause_reason");
  }
  return task;
}

rota::TaskView view_of(const json::object& object) {
  rota::TaskView view{task_of(object), {}};
  if (object.contains("next_in_s")) {
    view.execution.next_scheduled_at = seconds_from_now(object.at("next_in_s").as_int64());
  }
  if (object.contains("executed_ago_s")) {
    view.execution.executed_at = seconds_from_now(-object.at("executed_ago_s").as_int64());
  }
  if (object.contains("execution_time_ms")) {
    view.execution.execution_time_ms = object.at("execution_time_ms").as_int64();
  }
  view.execution.last_status = text_of(object, "last_status");
  view.execution.last_result = text_of(object, "last_result");
  view.execution.failure_count = number_of(object, "failure_count", 0);
  view.execution.schedule_error = text_of(object, "schedule_error");
  return view;
}

void obey(rota::api::MemoryScheduler& scheduler, const json::object& command) {
  rota::Event event;
  if (const auto* put = command.if_contains("put")) {
    event.kind = rota::Event::Kind::kTaskChanged;
    event.task_id = scheduler.put(view_of(put->as_object())).task.id;
  } else {
    event.kind = rota::Event::Kind::kTaskRemoved;
    event.task_id = rota::TaskId{command.at("remove").as_int64()};
    scheduler.remove(event.task_id);
  }
  scheduler.say(event);
}

}  // namespace

int main(int argc, char** argv) {
  rota::api::MemoryScheduler scheduler;
  scheduler.figures.running = true;
  scheduler.figures.executing = 2;
  scheduler.figures.succeeded = 1284;
  scheduler.figures.failed = 3;
  scheduler.figures.lateness_p99 = Duration{620};
  if (argc > 1) {
    std::stringstream text;
    text << std::ifstream(argv[1]).rdbuf();
    const json::value tasks = json::parse(text.str());
    for (const json::value& task : tasks.as_array()) {
      scheduler.put(view_of(task.as_object()));
    }
  }
  rota::api::ServerOptions options;
  options.port = argc > 2 ? static_cast<std::uint16_t>(std::stoi(argv[2])) : 0;
  const auto server = rota::api::start_api_server(scheduler, options);
  if (!server) {
    std::cerr << server.error().message << "\n";
    return 1;
  }
  std::cout << (*server)->url() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const json::value command = json::parse(line);
    obey(scheduler, command.as_object());
  }
  return 0;
}
