// Start-up and memory against the number of tasks: from opening the database to the first start of
// a handler, and the memory after some seconds of running. The measuring process is a fresh one.
//
//   engine_start [TASKS]
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <future>
#include <thread>

#include "engine_bench.h"

extern char** environ;

namespace rota::bench {
namespace {

std::promise<double> first_fire;
std::atomic<bool> fired{false};
const auto kBegin = std::chrono::steady_clock::now();

class FirstFireTaskHandler final : public TaskHandler {
  Result<std::string> handle(TaskContext&) override {
    if (!fired.exchange(true)) {
      first_fire.set_value(
          std::chrono::duration<double>(std::chrono::steady_clock::now() - kBegin).count());
    }
    return "";
  }
};
ROTA_REGISTER_TASK_HANDLER(FirstFireTaskHandler);

int measure(const std::string& database) {
  const auto scheduler = must(Scheduler::open(quiet_options(database)));
  must(scheduler->start());
  const double first = first_fire.get_future().get();
  const double memory = resident_mb();
  std::this_thread::sleep_for(std::chrono::seconds{5});
  fmt::print(
      "first start of a handler after {:.0f} ms; {:.0f} MB resident then, {:.0f} MB after 5 s"
      " (peak {:.0f} MB)\n",
      first * 1000, memory, resident_mb(), resident_peak_mb());
  scheduler->drain();
  return 0;
}

int prepare_and_measure(std::size_t tasks, char* self) {
  const Folder folder;
  std::string database = (folder.path() / "start.db").string();
  fill(database, tasks, [&](std::size_t i) {
    Task task;
    task.name = fmt::format("task {}", i);
    task.type = "first_fire";
    task.schedule = fmt::format("{} {} * * *", i % 60, i / 60 % 24);
    if (i == tasks / 2) task.schedule = "* * * * * *";
    return task;
  });
  fmt::print("{} tasks, {:.0f} MB on disk\n", tasks,
             static_cast<double>(std::filesystem::file_size(database)) / 1e6);
  std::fflush(stdout);
  std::string flag = "--measure";
  char* argv[] = {self, flag.data(), database.data(), nullptr};
  pid_t pid = 0;
  if (posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, argv, environ) != 0) return 1;
  int status = 0;
  waitpid(pid, &status, 0);
  return status == 0 ? 0 : 1;
}

}  // namespace
}  // namespace rota::bench

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--measure") == 0) return rota::bench::measure(argv[2]);
  const auto tasks = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  return rota::bench::prepare_and_measure(tasks, argv[0]);
}
