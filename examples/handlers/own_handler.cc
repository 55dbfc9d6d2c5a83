// A handler in an application of one's own: it measures the rooms that its task's metadata lists.
// The program opens a database in a folder of its own, adds a task, runs it once and says how it
// went.
//
//   own_handler            prints "measured 3 rooms"
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "rota/handler.h"
#include "rota/scheduler.h"

namespace {

class MeasureRoomsTaskHandler final : public rota::TaskHandler {
 public:
  std::string_view summary() const override { return "Measures the temperature of rooms."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "required": ["rooms"],
      "properties": {
        "rooms": {"type": "array", "title": "Rooms", "items": {"type": "string"}, "default": [],
                  "description": "Which rooms to measure."}
      }
    })";
  }

 protected:
  rota::Result<std::string> handle(rota::TaskContext& task) override {
    const auto rooms = task.metadata_strings("rooms");
    if (!rooms) return rota::fail(rooms.error());
    for (const std::string& room : *rooms) {
      if (task.stop_token().stop_requested()) {
        return rota::fail(rota::ErrorCode::kCancelled, "stopped between two rooms");
      }
      task.write_output(1, room + ": 21 degrees\n");
    }
    return "measured " + std::to_string(rooms->size()) + " rooms";
  }
};

ROTA_REGISTER_TASK_HANDLER(MeasureRoomsTaskHandler);  // type "measure_rooms"

// Waits for the first run to end.
rota::RunId wait_for_a_run(rota::Scheduler& scheduler, rota::TaskId task) {
  std::mutex mutex;
  std::condition_variable changed;
  rota::RunId finished;
  const auto subscription = scheduler.subscribe([&](const rota::Event& event) {
    if (event.kind != rota::Event::Kind::kRunFinished || event.task_id != task) return;
    const std::lock_guard lock(mutex);
    finished = event.run_id;
    changed.notify_one();
  });
  const auto asked = scheduler.run_task(task);
  std::unique_lock lock(mutex);
  changed.wait_for(lock, std::chrono::seconds{30}, [&] { return finished.is_set() || !asked; });
  return finished;
}

int run(const std::filesystem::path& folder) {
  rota::Options options;
  options.database = folder / "example.db";
  options.log_file = "";
  options.data_folder = folder;
  auto opened = rota::Scheduler::open(options);
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    return error_traits(opened.error().code).exit_code;
  }
  rota::Scheduler& scheduler = **opened;

  rota::Task task;
  task.name = "Rooms";
  task.type = "measure_rooms";
  task.schedule = "0 9 * * 1-5";
  task.timezone = "Europe/London";
  task.metadata = R"({"rooms": ["kitchen", "office", "attic"]})";
  const auto added = scheduler.add_task(task);
  if (!added || !scheduler.start()) return 1;
  const auto finished = scheduler.load_run(wait_for_a_run(scheduler, added->id));
  scheduler.drain();
  if (!finished) return 1;
  std::printf("%s\n", finished->result.c_str());
  return finished->status == rota::RunStatus::kSucceeded ? 0 : 1;
}

}  // namespace

int main() {
  char name[] = "/tmp/rota-example-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  const int code = run(folder);
  std::filesystem::remove_all(folder);
  return code;
}
