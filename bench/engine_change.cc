// From another program's SQL UPDATE to the new plan, and what an idle server costs, both with
// 100,000 tasks.
//
//   engine_change [CHANGES [IDLE_SECONDS]]
#include <fmt/format.h>
#include <sqlite3.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "engine_bench.h"

namespace rota::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Waits until a task has been planned anew.
class Plans {
 public:
  explicit Plans(Scheduler& scheduler)
      : subscription_(scheduler.subscribe([this](const Event& event) {
          if (event.kind != Event::Kind::kTaskPlanned) return;
          const std::lock_guard lock(mutex_);
          planned_ = event.task_id.value;
          came_.notify_all();
        })) {}

  bool wait_for(std::int64_t task) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds{10}, [&] { return planned_ == task; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::int64_t planned_ = 0;
  std::unique_ptr<Subscription> subscription_;
};

void change_to_effect(Scheduler& scheduler, const std::string& database, int changes) {
  sqlite3* connection = nullptr;
  if (sqlite3_open(database.c_str(), &connection) != SQLITE_OK) std::exit(1);
  sqlite3_busy_timeout(connection, 5000);
  Plans plans(scheduler);
  std::vector<double> from_send;
  std::vector<double> from_commit;
  for (int i = 0; i < changes; ++i) {
    const std::int64_t task = 1 + i * 97;
    const std::string sql =
        fmt::format("UPDATE task SET schedule = '{} 3 * * *' WHERE id = {}", i % 60, task);
    const auto sent = SteadyClock::now();
    if (sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      fmt::print(stderr, "{}\n", sqlite3_errmsg(connection));
      std::exit(1);
    }
    const auto committed = SteadyClock::now();
    if (!plans.wait_for(task)) {
      fmt::print(stderr, "change {} took no effect within 10 s\n", i);
      std::exit(1);
    }
    const auto planned = SteadyClock::now();
    from_send.push_back(std::chrono::duration<double, std::milli>(planned - sent).count());
    from_commit.push_back(std::chrono::duration<double, std::milli>(planned - committed).count());
  }
  sqlite3_close(connection);
  fmt::print("SQL UPDATE sent to planned:      p50 {:6.1f} ms  p99 {:6.1f} ms  max {:6.1f} ms\n",
             percentile(from_send, 0.5), percentile(from_send, 0.99), percentile(from_send, 1));
  fmt::print("its commit returned to planned:  p50 {:6.1f} ms  p99 {:6.1f} ms  max {:6.1f} ms\n",
             percentile(from_commit, 0.5), percentile(from_commit, 0.99),
             percentile(from_commit, 1));
}

void run(int changes, int idle_seconds) {
  const Folder folder;
  const std::string database = (folder.path() / "change.db").string();
  fill(database, 100'000, [](std::size_t i) {
    Task task;
    task.name = fmt::format("task {}", i);
    task.type = "null";
    task.schedule = fmt::format("{} 3 1 1 *", i % 60);
    return task;
  });
  const auto scheduler = must(Scheduler::open(quiet_options(database)));
  must(scheduler->start());
  std::this_thread::sleep_for(std::chrono::seconds{2});
  const double before = cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds{idle_seconds});
  fmt::print("idle with 100,000 tasks: {:.2f} % of a core over {} s, {:.0f} MB resident\n",
             100 * (cpu_seconds() - before) / idle_seconds, idle_seconds, resident_mb());
  change_to_effect(*scheduler, database, changes);
  scheduler->drain();
}

}  // namespace
}  // namespace rota::bench

int main(int argc, char** argv) {
  const int changes = argc > 1 ? std::atoi(argv[1]) : 200;
  const int idle_seconds = argc > 2 ? std::atoi(argv[2]) : 20;
  rota::bench::run(changes, idle_seconds);
}
