// What a million tasks cost: opening the file, the first due tasks, and pages of the list in every
// order, from the front and from the middle, by search and by filter.
//
//   store_scale_bench [TASKS]
#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "store/sqlite/sqlite_store.h"

namespace {

namespace fs = std::filesystem;
using rota::TaskOrder;
using rota::TaskQuery;

class Stopwatch {
 public:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - since_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

template <class T>
T must(rota::Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().message);
  std::exit(1);
}

/// As plain SQL, the way another program would: the triggers do their part.
void fill(const std::string& path, std::int64_t tasks) {
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  const std::string sql = fmt::format(
      "PRAGMA synchronous=OFF; BEGIN;"
      "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
      " INSERT INTO task(name, type, schedule, priority) SELECT 'Task number ' || i,"
      " 'type_' || (i % 17), '5 minutes', 1 + i % 100 FROM n;"
      "UPDATE task_execution SET replan = 0, executed_at = task_id * 7,"
      " next_scheduled_at = 1795000000000000 + task_id * 1000000,"
      " failure_count = task_id % 1000 = 0; COMMIT",
      tasks);
  char* error = nullptr;
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) {
    fmt::print(stderr, "{}\n", error);
    std::exit(1);
  }
  sqlite3_close(db);
}

std::string resident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return line.substr(6);
  }
  return "?";
}

void page(rota::store::Store& store, const char* what, TaskQuery query) {
  const Stopwatch first;
  auto page = must(store.list_tasks(query));
  const double took = first.milliseconds();
  for (int i = 0; i < 20 && !page.next_cursor.empty(); ++i) {
    query.cursor = page.next_cursor;
    page = must(store.list_tasks(query));
  }
  const Stopwatch later;
  if (!page.next_cursor.empty()) {
    query.cursor = page.next_cursor;
    page = must(store.list_tasks(query));
  }
  fmt::print("{:<34} first page {:>9.2f} ms, a later one {:>9.2f} ms\n", what, took,
             later.milliseconds());
}

void pages(rota::store::Store& store) {
  page(store, "by id", {});
  page(store, "by name", {.order = TaskOrder::kName});
  page(store, "by type", {.order = TaskOrder::kType});
  page(store, "by priority, descending", {.order = TaskOrder::kPriority, .descending = true});
  page(store, "by next slot", {.order = TaskOrder::kNextScheduled});
  page(store, "by last run, descending", {.order = TaskOrder::kExecuted, .descending = true});
  page(store, "by failures, descending", {.order = TaskOrder::kFailureCount, .descending = true});
  page(store, "failing only", {.failing_only = true});
  page(store, "of one type, by next slot", {.type = "type_3", .order = TaskOrder::kNextScheduled});
  page(store, "search, many match", {.search = "number"});
  page(store, "search, one matches", {.search = "number 765432"});
  page(store, "inactive only, none match", {.active = false});
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t tasks = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  char name[] = "/tmp/rota-bench-XXXXXX";
  const fs::path folder = ::mkdtemp(name);
  const rota::SystemClock clock;
  const rota::store::SqliteOptions options{.path = folder / "scale.db"};
  must(rota::store::open_sqlite_store(options, clock));
  const Stopwatch filling;
  fill(options.path, tasks);
  fmt::print("{} tasks written as plain SQL in {:.0f} ms; {} MB\n", tasks, filling.milliseconds(),
             fs::file_size(options.path) >> 20);
  {
    const Stopwatch opening;
    const auto store = must(rota::store::open_sqlite_store(options, clock));
    must(store->open_node({"bench", 1, "bench", 16}, std::chrono::hours{1}));
    must(store->load_unplanned(500));
    const auto due = must(store->load_due(rota::kForever, 500));
    fmt::print("opened, session, first {} due tasks in {:.1f} ms; resident {}\n", due.size(),
               opening.milliseconds(), resident());
    pages(*store);
    fmt::print("resident at the end {}\n", resident());
  }
  fs::remove_all(folder);
}
