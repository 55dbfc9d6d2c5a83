// The conformance suite on SQLite, and what is SQLite's alone: files that cannot be used.
#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "store/conformance/calendar_conformance.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/test_database.h"

namespace rota::store {
namespace {

namespace fs = std::filesystem;

class SqliteFixture final : public StoreFixture {
 public:
  std::unique_ptr<Store> open(const Clock& clock) override {
    auto store = open_sqlite_store({.path = path()}, clock);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  void run_sql(const std::string& sql) override {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &db), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_free(error);
    sqlite3_close(db);
  }

 private:
  std::string path() const { return (folder_ / "rota.db").string(); }
  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformanceTest,
                         testing::Values([] { return std::make_unique<SqliteFixture>(); }));
INSTANTIATE_TEST_SUITE_P(Sqlite, CalendarConformanceTest,
                         testing::Values([] { return std::make_unique<SqliteFixture>(); }));

class SqliteFileTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open(bool create = true) {
    return open_sqlite_store({.path = path_, .create = create}, clock_);
  }
  void write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  std::string read() {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  SystemClock clock_;
  TemporaryFolder folder_;
  std::string path_ = (folder_ / "rota.db").string();
};

TEST_F(SqliteFileTest, MissingFileIsMadeOnlyWhenAsked) {
  EXPECT_EQ(open(false).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(open(true));
}

TEST_F(SqliteFileTest, NewFileIsItsOwnersAloneAndAModeThatWasSetStays) {
  const auto mode = [](const std::string& path) {
    return fs::status(path).permissions() & fs::perms::mask;
  };
  constexpr auto kOwner = fs::perms::owner_read | fs::perms::owner_write;
  {
    const auto store = open();
    ASSERT_TRUE(store);
    for (const char* file : {"", "-wal", "-shm"}) EXPECT_EQ(mode(path_ + file), kOwner) << file;
  }
  fs::permissions(path_, kOwner | fs::perms::group_read);
  ASSERT_TRUE(open());
  EXPECT_EQ(mode(path_), kOwner | fs::perms::group_read);
}

TEST_F(SqliteFileTest, FileOfEveryOlderSchemaIsBroughtUpToDate) {
  for (const Migration& step : known_migrations()) {
    fs::remove(path_);
    {
      auto connection = Connection::open(path_, Access::kCreate);
      ASSERT_TRUE(connection);
      ASSERT_TRUE(migrate(**connection, clock_.now(), step.number));
      EXPECT_EQ(schema_version(**connection).value(), step.number);
    }
    const auto store = open(false);
    ASSERT_TRUE(store) << step.name << ": " << store.error().message;
    EXPECT_EQ((*store)->summarize().value().schema_version, known_migrations().back().number);
  }
}

TEST_F(SqliteFileTest, MissingFolderAndAFolderInTheFilesPlaceAreRefusedWithAHint) {
  path_ = (folder_ / "no" / "rota.db").string();
  EXPECT_EQ(open().error().code, ErrorCode::kUnavailable);
  path_ = (folder_ / "").string();
  fs::create_directory(folder_ / "db");
  path_ = (folder_ / "db").string();
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("is a folder"), std::string::npos);
}

TEST_F(SqliteFileTest, FileThatIsNoDatabaseIsRefusedUntouched) {
  const std::string text = "dear diary, today nothing happened. " + std::string(2000, 'x');
  write(text);
  EXPECT_EQ(open().error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(read(), text);
}

TEST_F(SqliteFileTest, DatabaseOfAnotherProgramIsRefusedUntouched) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "CREATE TABLE cats (name)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  const std::string before = read();
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(read(), before);
}

TEST_F(SqliteFileTest, NewerSchemaIsRefused) {
  ASSERT_TRUE(open());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "INSERT INTO migration VALUES (9999, 'future', 1, 1)", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  EXPECT_EQ(open().error().code, ErrorCode::kSchemaTooNew);
}

TEST_F(SqliteFileTest, FileOfTheFirstSchemaIsBroughtUpToDateWithItsData) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  const auto run = [&](const std::string& sql) {
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_free(error);
  };
  const Migration& first = known_migrations().front();
  std::uint64_t checksum = 14695981039346656037ULL;  // FNV-1a, as migrations.cc counts it
  for (const char c : first.sql) {
    checksum = (checksum ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  run(std::string(first.sql));
  run("CREATE TABLE migration (number INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL,"
      " checksum INTEGER NOT NULL, applied_at INTEGER NOT NULL) STRICT");
  run("INSERT INTO migration VALUES (1, '" + std::string(first.name) + "', " +
      std::to_string(checksum >> 1) + ", 1)");
  run("INSERT INTO task (name, type, schedule, working_days_only) VALUES"
      " ('Payroll', 'null', '30 9 * * 1-5', 1)");
  run("INSERT INTO run (task_id, scheduled_for, cause, status, available_at) VALUES"
      " (1, 1000, 'schedule', 'succeeded', 1000)");
  run("UPDATE task_execution SET replan = 0, next_scheduled_at = 5000");
  sqlite3_close(db);

  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ((*store)->summarize().value().schema_version, known_migrations().back().number);
  Task task = (*store)->load_task_by_name("Payroll").value().task;
  EXPECT_FALSE(task.calendar_id.has_value());
  EXPECT_EQ(task.working_day_offset, 0);
  EXPECT_EQ((*store)->list_runs({}).value().rows.size(), 1u);
  EXPECT_EQ((*store)->list_calendars().value().size(), 4u);
  // It was planned without bank holidays: it is planned anew once.
  EXPECT_EQ((*store)->mark_calendar_changes().value().tasks, 1);
  task.working_day_offset = 2;
  EXPECT_TRUE((*store)->update_task(task, "test"));
}

TEST_F(SqliteFileTest, DamagedFileIsRefusedOrServesWhatIsWhole) {
  {
    auto store = open();
    ASSERT_TRUE(store);
    for (int i = 0; i < 200; ++i) {
      Task task;
      task.name = "Task " + std::to_string(i);
      task.type = "null";
      task.schedule = "@daily";
      ASSERT_TRUE((*store)->add_task(task, "test"));
    }
  }
  std::string bytes = read();
  for (std::size_t i = 4096; i < bytes.size(); i += 3000) bytes[i] = static_cast<char>(~bytes[i]);
  write(bytes);
  const auto damaged = open();
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(read(), bytes);
  write(bytes.substr(0, 5000));
  EXPECT_FALSE(open());
}

TEST_F(SqliteFileTest, SecondServerOnTheSameFileIsRefusedAndNamesTheFirst) {
  auto first = open();
  auto second = open();
  ASSERT_TRUE(first && second);
  const NodeInfo info{"host", 1, "test", 1};
  ASSERT_TRUE((*first)->open_node(info, std::chrono::seconds{5}));
  const auto refused = (*second)->open_node(info, std::chrono::seconds{5});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_NE(refused.error().message.find(std::to_string(::getpid())), std::string::npos);
  first->reset();
  EXPECT_TRUE((*second)->open_node(info, std::chrono::seconds{5}));
}

TEST_F(SqliteFileTest, BackupIsAWholeDatabase) {
  auto store = open();
  ASSERT_TRUE(store);
  Task task;
  task.name = "Task";
  task.type = "null";
  task.schedule = "@daily";
  ASSERT_TRUE((*store)->add_task(task, "test"));
  const std::string copy = (folder_ / "copy.db").string();
  ASSERT_TRUE((*store)->back_up(copy));
  EXPECT_EQ((*store)->back_up(copy).error().code, ErrorCode::kAlreadyExists);
  path_ = copy;
  auto restored = open(false);
  ASSERT_TRUE(restored);
  EXPECT_TRUE((*restored)->load_task_by_name("Task"));
}

TEST_F(SqliteFileTest, DueTasksAreFoundByTheirIndex) {
  ASSERT_TRUE(open());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  sqlite3_stmt* plan = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db,
                               "EXPLAIN QUERY PLAN SELECT task.id FROM task_execution execution"
                               " JOIN task ON task.id = execution.task_id"
                               " WHERE execution.replan = 0"
                               " AND execution.next_scheduled_at IS NOT NULL"
                               " AND execution.next_scheduled_at <= 1 AND task.active = 1"
                               " ORDER BY execution.next_scheduled_at LIMIT 10",
                               -1, &plan, nullptr),
            SQLITE_OK);
  std::string text;
  while (sqlite3_step(plan) == SQLITE_ROW) {
    text += reinterpret_cast<const char*>(sqlite3_column_text(plan, 3));
    text += '\n';
  }
  sqlite3_finalize(plan);
  sqlite3_close(db);
  EXPECT_NE(text.find("task_execution_due"), std::string::npos) << text;
  EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << text;
}

}  // namespace
}  // namespace rota::store
