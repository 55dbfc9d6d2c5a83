// kill -9, again and again: afterwards every slot has one row, no slot was lost, and a slot that
// ran twice did so under a new fence or as the retry of a lost run. ROTA_KILLS sets how often.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "rota/scheduler.h"

extern char** environ;

namespace rota {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Registered so that this program may add tasks of the child's type.
class EvidenceTaskHandler final : public TaskHandler {
  Result<std::string> handle(TaskContext&) override { return "never run here"; }
};
ROTA_REGISTER_TASK_HANDLER(EvidenceTaskHandler);

struct Evidence {
  char what;
  std::int64_t task, slot_us, run;
  int attempt;
  std::int64_t fence;
};

class KillTest : public testing::Test {
 protected:
  KillTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rota-kill-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    options_.database = (folder_ / "rota.db").string();
    options_.log_file.clear();
  }
  ~KillTest() override { std::filesystem::remove_all(folder_); }

  pid_t spawn() {
    const std::string evidence = (folder_ / "evidence").string();
    char* const argv[] = {const_cast<char*>(ROTA_KILL_CHILD), options_.database.data(),
                          const_cast<char*>(evidence.c_str()), nullptr};
    pid_t pid = 0;
    EXPECT_EQ(posix_spawn(&pid, ROTA_KILL_CHILD, nullptr, nullptr, argv, environ), 0);
    return pid;
  }

  static int end(pid_t pid, int signal) {
    kill(pid, signal);
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
  }

  std::vector<Evidence> evidence() const {
    std::ifstream file(folder_ / "evidence");
    std::vector<Evidence> all;
    Evidence line{};
    while (file >> line.what >> line.task >> line.slot_us >> line.run >> line.attempt >>
           line.fence) {
      all.push_back(line);
    }
    return all;
  }

  std::filesystem::path folder_;
  Options options_;
};

std::vector<Run> all_runs(Scheduler& scheduler, TaskId task) {
  RunQuery query;
  query.task_id = task;
  query.limit = 1000;
  std::vector<Run> runs;
  do {
    const auto page = scheduler.list_runs(query);
    if (!page) return runs;
    runs.insert(runs.end(), page->rows.begin(), page->rows.end());
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  return runs;
}

TEST_F(KillTest, LosesNoSlotAndRunsNoneTwiceUnderOneFence) {
  const char* wanted = std::getenv("ROTA_KILLS");
  const int kills = wanted == nullptr ? 12 : std::atoi(wanted);
  const auto seed = std::random_device{}();
  fmt::print("seed {}\n", seed);
  std::mt19937 random(seed);
  std::vector<TaskId> ids;
  {
    const auto scheduler = Scheduler::open(options_).value();
    for (int i = 0; i < 20; ++i) {
      Task task;
      task.name = fmt::format("task {}", i);
      task.type = "evidence";
      task.schedule = "* * * * * *";
      task.overlap = Overlap::kAllow;
      task.catch_up = CatchUp::kAll;
      task.keep_runs = 0;
      task.metadata = fmt::format(R"({{"takes_ms": {}}})", i % 4 == 0 ? 150 : 0);
      ids.push_back(scheduler->add_task(task).value().id);
    }
  }
  for (int i = 0; i < kills; ++i) {
    const pid_t pid = spawn();
    // The moment of the kill is the test's own choice; there is nothing to wait for.
    std::this_thread::sleep_for(milliseconds{200 + random() % 1800});
    ASSERT_TRUE(WIFSIGNALED(end(pid, SIGKILL))) << "the server must not have ended by itself";
  }
  const pid_t last = spawn();
  std::this_thread::sleep_for(seconds{3});
  const Instant horizon = SystemClock().now() - seconds{1};
  EXPECT_EQ(end(last, SIGTERM), 0);

  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> begun;  // (run, fence) to slot
  std::map<std::int64_t, std::set<std::int64_t>> ended;                 // task to slots
  for (const Evidence& line : evidence()) {
    if (line.what == 'E') ended[line.task].insert(line.slot_us);
    if (line.what != 'S') continue;
    EXPECT_TRUE(begun.emplace(std::pair{line.run, line.fence}, line.slot_us).second)
        << "run " << line.run << " began twice with fence " << line.fence;
  }
  const auto scheduler = Scheduler::open(options_).value();
  std::size_t slots = 0;
  std::size_t lost = 0;
  for (const TaskId id : ids) {
    std::map<Instant, int> rows;
    for (const rota::Run& run : all_runs(*scheduler, id)) {
      if (run.cause == RunCause::kSchedule || run.cause == RunCause::kCatchUp) {
        ++rows[run.scheduled_for];
      }
      lost += run.status == RunStatus::kLost ? 1 : 0;
      if (run.scheduled_for > horizon) continue;
      EXPECT_TRUE(is_final(run.status)) << "run " << run.id.value << " never ended";
      EXPECT_NE(run.status, RunStatus::kSkipped) << run.reason;
    }
    ASSERT_FALSE(rows.empty());
    for (Instant slot = rows.begin()->first; slot <= horizon; slot += seconds{1}) {
      EXPECT_EQ(rows[slot], 1) << "task " << id.value << " at " << format_utc(slot);
      EXPECT_TRUE(ended[id.value].contains(slot.time_since_epoch().count()))
          << "task " << id.value << " at " << format_utc(slot) << " never ran to its end";
      ++slots;
    }
  }
  fmt::print("{} kills, {} slots, {} begun, {} lost and run again\n", kills, slots, begun.size(),
             lost);
}

}  // namespace
}  // namespace rota
