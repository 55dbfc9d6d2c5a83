// What may happen to a database from outside: a full disk, a killed server, a file that may not be
// written, a lock that another program holds, and rows that no check has seen. Nothing that was
// acknowledged is lost, and every refusal says what it is.
#include <grp.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>

#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_database.h"

namespace rota::store {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

Task task_named(std::string name) {
  Task task;
  task.name = std::move(name);
  task.type = "null";
  task.schedule = "1 minute";
  task.description = std::string(1500, 'x');  // fills a disk sooner
  return task;
}

class SqliteFailureTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(Duration busy = seconds{5}) {
    auto store = open_sqlite_store({.path = path_, .busy_timeout = busy}, clock_);
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  /// Adds tasks until one is refused; how many were acknowledged.
  static int fill(Store& store, ErrorCode& refusal) {
    for (int i = 0; i < 100'000; ++i) {
      const auto added = store.add_task(task_named("Task " + std::to_string(i)), "test");
      if (added) continue;
      refusal = added.error().code;
      return i;
    }
    return -1;
  }

  SystemClock clock_;
  TemporaryFolder folder_;
  std::string path_ = (folder_ / "rota.db").string();
};

/// A disk of four megabytes; none where this process may not mount.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path at) : at_(std::move(at)) {
    fs::create_directory(at_);
    mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool is_mounted() const { return mounted_; }

 private:
  fs::path at_;
  bool mounted_ = false;
};

TEST_F(SqliteFailureTest, FullDiskRefusesWritesAndKeepsWhatWasSaved) {
  const SmallDisk disk(folder_ / "disk");
  if (!disk.is_mounted()) GTEST_SKIP() << "may not mount here; the next test limits a file instead";
  path_ = (folder_ / "disk" / "rota.db").string();
  const fs::path ballast = folder_ / "disk" / "ballast";
  std::ofstream(ballast) << std::string(1'000'000, 'b');
  int saved = 0;
  {
    const auto store = open();
    ErrorCode refusal{};
    saved = fill(*store, refusal);
    EXPECT_GT(saved, 3);
    EXPECT_EQ(refusal, ErrorCode::kStorageFull);
    EXPECT_EQ(store->add_task(task_named("One more"), "test").error().code,
              ErrorCode::kStorageFull);
    EXPECT_EQ(store->summarize().value().tasks, saved) << "it can still be read";
    fs::remove(ballast);
    EXPECT_TRUE(store->add_task(task_named("After"), "test")) << "room again: it goes on";
  }
  const auto store = open();
  EXPECT_EQ(store->summarize().value().tasks, saved + 1);
  EXPECT_TRUE(store->check_health().value().empty());
}

TEST_F(SqliteFailureTest, FileThatMayNotGrowRefusesWritesAndKeepsWhatWasSaved) {
  const int saved = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{800'000, 800'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto store = open_sqlite_store({.path = path_}, clock_);
    if (!store) return 255;
    ErrorCode refusal{};
    const int count = fill(**store, refusal);
    // Not a count: the exit code of the refusal, out of the way of the counts.
    const bool full = refusal == ErrorCode::kStorageFull && count < 200;
    return full ? count : 200 + error_traits(refusal).exit_code;
  });
  ASSERT_GT(saved, 3);
  ASSERT_LT(saved, 200);
  const auto store = open();
  EXPECT_EQ(store->summarize().value().tasks, saved);
  EXPECT_TRUE(store->check_health().value().empty());
  EXPECT_TRUE(store->add_task(task_named("After"), "test"));
}

/// A server that claims, records and tells each acknowledged run's slot through a pipe.
int serve_until_killed(const std::string& path, const Clock& clock, int pipe) {
  auto store = open_sqlite_store({.path = path}, clock);
  if (!store) return 1;
  const auto lease = (*store)->open_node({"host", ::getpid(), "test", 4}, seconds{60});
  if (!lease || !(*store)->rescue(lease->node_id, seconds{0}, 3)) return 2;
  for (;;) {
    const TaskView view = (*store)->load_task_by_name("Steady").value();
    const Instant slot = *view.execution.next_scheduled_at;
    const SlotClaim claim{view.task.id,       view.task.version, slot,
                          slot + seconds{60}, kPriorityDefault,  {PlannedSlot{.at = slot}}};
    const auto claimed = (*store)->claim_slots(lease->node_id, {&claim, 1});
    if (!claimed || claimed->size() != 1) return 3;
    RunResult result;
    result.key = {claimed->front().run.id, 1};
    result.task_id = view.task.id;
    result.started_at = result.finished_at = slot;
    result.failure_effect = FailureEffect::kReset;
    const auto report = (*store)->record(lease->node_id, {&result, 1});
    if (!report || !report->stale.empty()) return 4;
    const std::int64_t told = slot.time_since_epoch().count();
    if (::write(pipe, &told, sizeof told) != sizeof told) return 5;
  }
}

TEST_F(SqliteFailureTest, KilledTwentyTimesItLosesNothingThatWasAcknowledged) {
  {
    const auto store = open();
    const Task task = store->add_task(task_named("Steady"), "test").value();
    const PlanUpdate plan{task.id, task.version, Instant{seconds{1'800'000'000}}, {}};
    ASSERT_TRUE(store->save_plans({&plan, 1}));
  }
  std::vector<std::int64_t> acknowledged;
  for (int kill = 0; kill < 20; ++kill) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(serve_until_killed(path_, clock_, pipe[1]));
    ::close(pipe[1]);
    std::int64_t slot = 0;
    for (int heard = 0; heard < 3 + kill % 5; ++heard) {
      ASSERT_EQ(::read(pipe[0], &slot, sizeof slot), static_cast<ssize_t>(sizeof slot));
      acknowledged.push_back(slot);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe[0], &slot, sizeof slot) == sizeof slot) acknowledged.push_back(slot);
    ::close(pipe[0]);
    const auto store = open();
    ASSERT_TRUE(store->check_health().value().empty());
  }
  PlainDatabase plain(path_);
  EXPECT_EQ(plain.lines("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(plain.number("SELECT count(*) - count(DISTINCT scheduled_for) FROM run"
                         " WHERE cause = 'schedule'"),
            0);
  for (const std::int64_t slot : acknowledged) {
    EXPECT_EQ(plain.number("SELECT count(*) FROM run WHERE status = 'succeeded' AND"
                           " scheduled_for = " +
                           std::to_string(slot)),
              1);
  }
}

TEST_F(SqliteFailureTest, FileOpenedForReadingRefusesEveryWrite) {
  open().reset();
  auto store = open_sqlite_store({.path = path_, .create = false, .read_only = true}, clock_);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_TRUE((*store)->list_calendars());
  EXPECT_EQ((*store)->add_task(task_named("No"), "test").error().code, ErrorCode::kReadOnly);
  EXPECT_EQ((*store)->open_node({}, seconds{5}).error().code, ErrorCode::kReadOnly);
}

// An exit code for what a user may do who may only read: 0 where reading works and writing does
// not.
int read_but_not_write(const std::string& path, const Clock& clock) {
  const auto store = open_sqlite_store({.path = path, .create = false}, clock);
  if (!store) return error_traits(store.error().code).exit_code;
  if (!(*store)->list_calendars() || !(*store)->list_tasks({})) return 98;
  const auto refused = (*store)->add_task(task_named("No"), "test");
  return !refused && refused.error().code == ErrorCode::kReadOnly ? 0 : 97;
}

int as_another_user(const std::string& path, const Clock& clock) {
  if (::geteuid() == 0 &&
      (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0)) {
    return 99;
  }
  return read_but_not_write(path, clock);
}

TEST_F(SqliteFailureTest, FileThatIsNotOursToWriteIsReadAlone) {
  open().reset();
  fs::permissions(path_, fs::perms{0444});
  fs::permissions(folder_.path(), fs::perms{0555});
  EXPECT_EQ(in_child([&] { return as_another_user(path_, clock_); }), 0);
  fs::permissions(folder_.path(), fs::perms{0755});
}

TEST_F(SqliteFailureTest, FileInAFolderWithQuestionMarksIsReadAloneToo) {
  const fs::path folder = fs::path(folder_.path()) / "a?b%20#c";
  fs::create_directory(folder);
  const std::string path = folder / "r.db";
  ASSERT_TRUE(open_sqlite_store({.path = path}, clock_));
  fs::permissions(path, fs::perms{0444});
  fs::permissions(folder, fs::perms{0555});
  fs::permissions(folder_.path(), fs::perms{0755});
  EXPECT_EQ(in_child([&] { return as_another_user(path, clock_); }), 0);
  fs::permissions(folder, fs::perms{0755});
}

TEST_F(SqliteFailureTest, ChangesThatOnlyAWriterCouldReadAreRefusedByName) {
  open().reset();
  std::ofstream(path_ + "-wal") << "changes";
  fs::permissions(path_ + "-wal", fs::perms{0444});
  fs::permissions(path_, fs::perms{0444});
  fs::permissions(folder_.path(), fs::perms{0555});
  EXPECT_EQ(in_child([&] { return as_another_user(path_, clock_); }),
            error_traits(ErrorCode::kReadOnly).exit_code);
  fs::permissions(folder_.path(), fs::perms{0755});
}

TEST_F(SqliteFailureTest, LockOfAnotherProcessIsWaitedForThenNamed) {
  open().reset();
  Peer peer(path_);
  const auto store = open(milliseconds{100});
  peer.run("BEGIN EXCLUSIVE");
  const auto refused = store->add_task(task_named("Later"), "test");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(store->list_tasks({})) << "reading goes on";
  peer.run("COMMIT");
  EXPECT_TRUE(store->add_task(task_named("Later"), "test"));
}

TEST_F(SqliteFailureTest, WriteOfAnotherProcessIsNoticedWithinFiftyMilliseconds) {
  open().reset();
  Peer peer(path_);
  const auto store = open();
  ASSERT_TRUE(store->add_task(task_named("Watched"), "test"));
  std::mutex mutex;
  std::condition_variable rung;
  std::chrono::steady_clock::time_point heard;
  int wanted = 0;
  store->watch([&] {
    // What counts is that the new value can be read.
    const auto seen = store->load_task_by_name("Watched").value().task.priority;
    const std::lock_guard lock(mutex);
    if (seen != wanted) return;
    heard = std::chrono::steady_clock::now();
    wanted = 0;
    rung.notify_all();
  });
  std::vector<milliseconds> took;
  for (int i = 0; i < 9; ++i) {
    {
      const std::lock_guard lock(mutex);
      wanted = 10 + i;
    }
    const auto done = peer.run("UPDATE task SET priority = " + std::to_string(10 + i));
    std::unique_lock lock(mutex);
    ASSERT_TRUE(rung.wait_for(lock, seconds{10}, [&] { return wanted == 0; }));
    took.push_back(std::chrono::duration_cast<milliseconds>(heard - done));
  }
  store->watch(nullptr);
  // The middle one: on a busy machine a single thread may have to wait for its turn.
  std::ranges::sort(took);
  EXPECT_LT(took[4], milliseconds{50});
}

TEST_F(SqliteFailureTest, RowThatNoCheckHasSeenMarksItsTaskAndStopsNoOther) {
  const auto store = open();
  const Instant slot = clock_.now();
  std::vector<Task> tasks;
  for (const char* name : {"Word", "Instant", "Number", "Sound"}) {
    tasks.push_back(store->add_task(task_named(name), "test").value());
    const PlanUpdate plan{tasks.back().id, 1, slot, {}};
    ASSERT_TRUE(store->save_plans({&plan, 1}));
  }
  PlainDatabase plain(path_);
  plain.run("PRAGMA ignore_check_constraints = ON");
  plain.run("UPDATE task SET overlap = 'whatever' WHERE name = 'Word'");
  plain.run("UPDATE task SET ends_at = 9223372036854775807 WHERE name = 'Instant'");
  plain.run("UPDATE task SET attempts_max = 99999999999 WHERE name = 'Number'");
  const auto unplanned = store->load_unplanned(10).value();
  EXPECT_TRUE(unplanned.empty());
  const auto due = store->load_due(slot, 10).value();
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].task.name, "Sound");
  const auto error_of = [&](const char* name) {
    return store->load_task_by_name(name).value().execution.schedule_error;
  };
  EXPECT_NE(error_of("Word").find("overlap must be one of skip, queue"), std::string::npos)
      << error_of("Word");
  EXPECT_NE(error_of("Instant").find("ends_at"), std::string::npos);
  EXPECT_NE(error_of("Number").find("attempts_max is 99999999999"), std::string::npos);
  EXPECT_EQ(error_of("Sound"), "");
  plain.run("UPDATE task SET overlap = 'queue' WHERE name = 'Word'");
  ASSERT_EQ(store->load_unplanned(10).value().size(), 1u) << "corrected: planned anew";
}

TEST_F(SqliteFailureTest, CursorBeforeAllYearsPutsItsTaskAsideAndOverflowsNothing) {
  const auto store = open();
  const Task task = store->add_task(task_named("Backup"), "test").value();
  const PlanUpdate plan{task.id, task.version, clock_.now(), {}};
  ASSERT_TRUE(store->save_plans({&plan, 1}));
  PlainDatabase plain(path_);
  plain.run("UPDATE task_execution SET next_scheduled_at = -9223372036854775807 - 1");
  EXPECT_TRUE(store->load_due(clock_.now(), 10).value().empty());
  EXPECT_EQ(store->load_task(task.id).value().execution.schedule_error,
            "next_scheduled_at lies before the year 1970");
}

}  // namespace
}  // namespace rota::store
