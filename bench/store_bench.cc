// Durable runs per second on SQLite: each is claimed in one transaction and recorded in another,
// both flushed to the disk before they are answered. Beside it stand the same rows as bare inserts
// and updates, on a plain connection without indexes or triggers, in the same batches.
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "store/sqlite/sqlite_store.h"

namespace {

namespace fs = std::filesystem;
using rota::Instant;
using rota::store::ClaimedRun;
using rota::store::RunResult;
using rota::store::SlotClaim;
using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t kTasks = 1000;
constexpr std::int64_t kRunsPerRound = 20'000;
constexpr int kRounds = 5;

template <class T>
T must(rota::Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().message);
  std::exit(1);
}

/// What a round came to: by the clock on the wall, and of this process's processor time, which says
/// more on a busy machine.
struct Pace {
  double per_second = 0;
  double processor_us = 0;
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

class Stopwatch {
 public:
  Pace stop() const {
    const std::chrono::duration<double> took = SteadyClock::now() - since_;
    const auto runs = static_cast<double>(kRunsPerRound);
    return {runs / took.count(), (processor_seconds() - used_) * 1e6 / runs};
  }

 private:
  SteadyClock::time_point since_ = SteadyClock::now();
  double used_ = processor_seconds();
};

/// The store, through its port.
class Durable {
 public:
  explicit Durable(const fs::path& folder)
      : store_(must(rota::store::open_sqlite_store({.path = folder / "store.db"}, clock_))) {
    for (std::int64_t i = 0; i < kTasks; ++i) {
      rota::Task task;
      task.name = fmt::format("Task {}", i);
      task.type = "null";
      task.schedule = "1 second";
      tasks_.push_back(task);
    }
    tasks_ = must(store_->add_tasks(tasks_, "bench"));
    std::vector<rota::store::PlanUpdate> plans;
    for (const rota::Task& task : tasks_) plans.push_back({task.id, task.version, slot_, {}});
    if (!store_->save_plans(plans)) std::exit(1);
    node_ =
        must(store_->open_node({"bench", ::getpid(), "bench", 16}, std::chrono::hours{1})).node_id;
  }

  Pace round(std::int64_t batch) {
    const Stopwatch watch;
    for (std::int64_t done = 0; done < kRunsPerRound; done += batch) {
      record(must(store_->claim_slots(node_, claims(batch))));
    }
    return watch.stop();
  }

 private:
  std::vector<SlotClaim> claims(std::int64_t batch) {
    std::vector<SlotClaim> claims;
    for (std::int64_t i = 0; i < batch; ++i) {
      const rota::Task& task = tasks_[static_cast<std::size_t>(next_)];
      const Instant next = slot_ + std::chrono::seconds{1};
      claims.push_back({task.id, task.version, slot_, next, task.priority, {{.at = slot_}}});
      if (++next_ == kTasks) {
        next_ = 0;
        slot_ = next;
      }
    }
    return claims;
  }

  void record(const std::vector<ClaimedRun>& runs) {
    std::vector<RunResult> results;
    for (const ClaimedRun& claimed : runs) {
      RunResult result;
      result.key = {claimed.run.id, claimed.run.fence};
      result.task_id = claimed.run.task_id;
      result.started_at = claimed.run.scheduled_for;
      result.finished_at = claimed.run.scheduled_for + std::chrono::milliseconds{12};
      result.elapsed = std::chrono::milliseconds{12};
      result.result = "12 rows were copied";
      result.failure_effect = rota::store::FailureEffect::kReset;
      results.push_back(std::move(result));
    }
    if (!must(store_->record(node_, results)).stale.empty()) std::exit(1);
  }

  rota::SystemClock clock_;
  std::unique_ptr<rota::store::Store> store_;
  std::vector<rota::Task> tasks_;
  rota::NodeId node_;
  Instant slot_ = clock_.now();
  std::int64_t next_ = 0;
};

/// The floor: what SQLite itself needs for these rows.
class Bare {
 public:
  explicit Bare(const fs::path& folder) {
    sqlite3_open((folder / "bare.db").c_str(), &db_);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
        "CREATE TABLE standing(task_id INTEGER PRIMARY KEY, next INTEGER, executed INTEGER,"
        " took INTEGER, status TEXT, result TEXT);"
        "CREATE TABLE run(id INTEGER PRIMARY KEY, task_id INTEGER, slot INTEGER, status TEXT,"
        " node INTEGER, fence INTEGER, started INTEGER, finished INTEGER, took INTEGER,"
        " result TEXT);"
        "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
        " INSERT INTO standing(task_id, next) SELECT i, 0 FROM n");
    insert_ = prepare(
        "INSERT INTO run(task_id, slot, status, node, fence)"
        " VALUES (?1, ?2, 'claimed', 1, 1)");
    advance_ = prepare("UPDATE standing SET next = ?2 WHERE task_id = ?1");
    finish_ = prepare(
        "UPDATE run SET status = 'succeeded', started = ?2, finished = ?2, took = 12,"
        " result = '12 rows were copied' WHERE id = ?1");
    stand_ = prepare(
        "UPDATE standing SET executed = ?2, took = 12, status = 'succeeded',"
        " result = '12 rows were copied' WHERE task_id = ?1");
  }
  ~Bare() {
    for (sqlite3_stmt* statement : {insert_, advance_, finish_, stand_}) {
      sqlite3_finalize(statement);
    }
    sqlite3_close(db_);
  }

  Pace round(std::int64_t batch) {
    const Stopwatch watch;
    for (std::int64_t done = 0; done < kRunsPerRound; done += batch) {
      const std::int64_t first = runs_ + 1;
      run("BEGIN IMMEDIATE");
      for (std::int64_t i = 0; i < batch; ++i) {
        step(insert_, 1 + runs_ % kTasks, runs_);
        step(advance_, 1 + runs_ % kTasks, runs_);
        ++runs_;
      }
      run("COMMIT");
      run("BEGIN IMMEDIATE");
      for (std::int64_t id = first; id <= runs_; ++id) {
        step(finish_, id, id);
        step(stand_, 1 + id % kTasks, id);
      }
      run("COMMIT");
    }
    return watch.stop();
  }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) fail();
    return statement;
  }
  void step(sqlite3_stmt* statement, std::int64_t a, std::int64_t b) {
    sqlite3_bind_int64(statement, 1, a);
    sqlite3_bind_int64(statement, 2, b);
    if (sqlite3_step(statement) != SQLITE_DONE) fail();
    sqlite3_reset(statement);
  }
  [[noreturn]] void fail() {
    fmt::print(stderr, "{}\n", sqlite3_errmsg(db_));
    std::exit(1);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* advance_ = nullptr;
  sqlite3_stmt* finish_ = nullptr;
  sqlite3_stmt* stand_ = nullptr;
  std::int64_t runs_ = 0;
};

Pace median(std::array<Pace, kRounds> paces) {
  Pace middle;
  std::ranges::sort(paces, {}, &Pace::per_second);
  middle.per_second = paces[kRounds / 2].per_second;
  std::ranges::sort(paces, {}, &Pace::processor_us);
  middle.processor_us = paces[kRounds / 2].processor_us;
  return middle;
}

void compare(Durable& durable, Bare& bare, std::int64_t batch) {
  std::array<Pace, kRounds> ours{};
  std::array<Pace, kRounds> floor{};
  for (std::size_t i = 0; i < kRounds; ++i) {
    ours[i] = durable.round(batch);
    floor[i] = bare.round(batch);
  }
  const Pace a = median(ours);
  const Pace b = median(floor);
  fmt::print("{:>6} {:>10.0f} {:>12.0f} {:>6.0f}% {:>14.1f} {:>14.1f}\n", batch, a.per_second,
             b.per_second, 100 * a.per_second / b.per_second, a.processor_us, b.processor_us);
}

}  // namespace

int main() {
  char name[] = "/tmp/rota-bench-XXXXXX";
  const fs::path folder = ::mkdtemp(name);
  {
    Durable durable(folder);
    Bare bare(folder);
    fmt::print("Durable runs per second, synchronous=FULL; median of {} rounds, taken in turn\n",
               kRounds);
    fmt::print("{:>6} {:>10} {:>12} {:>7} {:>14} {:>14}\n", "batch", "rota", "bare writes", "share",
               "CPU us, rota", "CPU us, bare");
    for (const std::int64_t batch : {100, 500, 1000}) compare(durable, bare, batch);
  }
  fs::remove_all(folder);
}
