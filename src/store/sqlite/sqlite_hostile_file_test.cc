// Files that somebody else has made or changed, on purpose or not: refused by their schema or by
// who may write them, within a bounded time and without being changed.
#include <grp.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "store/sqlite/schema_check.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_database.h"

namespace rota::store {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kEndless =
    "WITH RECURSIVE endless(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM endless)"
    " SELECT x FROM endless";

class SqliteHostileFileTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open(bool create = false) {
    return open_sqlite_store({.path = path_, .create = create}, clock_);
  }
  void make() { ASSERT_TRUE(open(true)); }
  void change(const std::string& sql) { PlainDatabase(path_).run(sql); }
  /// The schema edited as no statement would allow.
  void edit_schema(const std::string& sql) {
    PlainDatabase plain(path_);
    plain.run("PRAGMA writable_schema = ON");
    plain.run(sql);
  }
  /// What opening says; empty: it opens.
  std::string refusal() {
    const auto store = open();
    if (store) return "";
    EXPECT_EQ(store.error().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(store.error().hint.empty());
    return store.error().message;
  }
  bool refused_for(const std::string& words) {
    const std::string said = refusal();
    EXPECT_NE(said.find(words), std::string::npos) << said;
    return said.find(words) != std::string::npos;
  }

  SystemClock clock_;
  TemporaryFolder folder_;
  std::string path_ = (folder_ / "rota.db").string();
};

TEST_F(SqliteHostileFileTest, ViewWithoutEndInPlaceOfATableIsRefusedUnread) {
  make();
  change("PRAGMA foreign_keys = OFF; DROP TABLE node");
  change(std::string("CREATE VIEW node AS ") + kEndless);
  EXPECT_TRUE(refused_for("the view 'node' is not the one that Rota makes"));
}

TEST_F(SqliteHostileFileTest, ViewWithoutEndInPlaceOfTheListOfMigrationsIsRefusedUnread) {
  change(std::string("CREATE VIEW migration AS SELECT x AS number, 0 AS checksum FROM (") +
         kEndless + ")");
  EXPECT_TRUE(refused_for("the view 'migration' is not the one that Rota makes"));
}

TEST_F(SqliteHostileFileTest, ForeignTriggerOnATableOfRotaIsNamed) {
  make();
  change("CREATE TRIGGER spy AFTER UPDATE ON task BEGIN DELETE FROM run; END");
  EXPECT_TRUE(refused_for("there is a foreign trigger 'spy' on Rota's table 'task'"));
  change("DROP TRIGGER spy");
  EXPECT_EQ(refusal(), "") << "as it was: it opens again";
}

TEST_F(SqliteHostileFileTest, ChangedTriggerOfRotaIsNamed) {
  make();
  const std::string name = [&] {
    PlainDatabase plain(path_);
    std::string lines =
        plain.lines("SELECT name FROM sqlite_schema WHERE type = 'trigger' LIMIT 1");
    lines.pop_back();
    return lines;
  }();
  change("DROP TRIGGER " + name);
  EXPECT_TRUE(refused_for("the trigger '" + name + "' is missing"));
  change("CREATE TRIGGER " + name + " AFTER DELETE ON task BEGIN SELECT 1; END");
  EXPECT_TRUE(refused_for("the trigger '" + name + "' is not the one that Rota makes"));
}

TEST_F(SqliteHostileFileTest, ForeignIndexOnATableOfRotaIsNamed) {
  make();
  change("CREATE UNIQUE INDEX one_only ON run (task_id)");
  EXPECT_TRUE(refused_for("there is a foreign index 'one_only' on Rota's table 'run'"));
}

TEST_F(SqliteHostileFileTest, AddedColumnIsNamed) {
  make();
  change("ALTER TABLE task ADD COLUMN heavy TEXT AS (hex(zeroblob(100000000)))");
  EXPECT_TRUE(refused_for("the table 'task' is not the one that Rota makes"));
}

TEST_F(SqliteHostileFileTest, TablesOfTheApplicationBesideRotasAreWelcome) {
  make();
  change(
      "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE INDEX by_name ON customer (name);"
      "CREATE VIEW names AS SELECT name FROM customer;"
      "CREATE TRIGGER ask AFTER INSERT ON customer BEGIN UPDATE task SET priority = 9; END");
  change("ANALYZE");
  EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteHostileFileTest, HugeTextInTheSchemaIsRefused) {
  make();
  change("CREATE TABLE note (x TEXT DEFAULT '" + std::string(2'000'000, 'x') + "')");
  EXPECT_TRUE(refused_for("too big"));
}

TEST_F(SqliteHostileFileTest, TenThousandTablesAreRefused) {
  make();
  std::string many = "BEGIN;";
  for (int i = 0; i <= kSchemaObjectsMax; ++i) {
    many += "CREATE TABLE t" + std::to_string(i) + " (x);";
  }
  change(many + "COMMIT");
  EXPECT_TRUE(refused_for("the file holds more than"));
}

TEST_F(SqliteHostileFileTest, SchemaEditedByHandIsRefused) {
  make();
  edit_schema("UPDATE sqlite_schema SET sql = replace(sql, 'CHECK', 'check') WHERE name = 'task'");
  EXPECT_TRUE(refused_for("the table 'task' is not the one that Rota makes"));
}

TEST_F(SqliteHostileFileTest, RowLargerThanAnyOfOursIsAnErrorAndNotReadIntoMemory) {
  make();
  change(
      "PRAGMA ignore_check_constraints = ON;"
      "INSERT OR REPLACE INTO setting (name, value) VALUES ('huge',"
      " hex(zeroblob(60000000)))");
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  const auto value = (*store)->load_setting("huge");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kCorrupt);
}

TEST_F(SqliteHostileFileTest, StatementThatNeverEndsIsStopped) {
  make();
  auto connection = Connection::open(path_, Access::kReadWrite);
  ASSERT_TRUE(connection);
  EXPECT_EQ((*connection)->statement_time(), kStatementTime) << "every connection has a limit";
  (*connection)->limit_statement_time(milliseconds{20});
  const auto endless = std::string("SELECT count(*) FROM (") + kEndless + ")";
  const auto prepared = (*connection)->integer(endless.c_str());
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, ErrorCode::kTimeout);
  const auto executed = (*connection)->execute(endless);
  ASSERT_FALSE(executed);
  EXPECT_EQ(executed.error().code, ErrorCode::kTimeout);
  EXPECT_TRUE((*connection)->integer("SELECT 1")) << "the next one has its own time";
}

TEST_F(SqliteHostileFileTest, FileThatEverybodyMayWriteIsRefused) {
  make();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::string file = path_ + suffix;
    const bool was_there = fs::exists(file);
    if (!was_there) std::ofstream(file).flush();
    fs::permissions(file, fs::perms{0666});
    const auto store = open();
    ASSERT_FALSE(store) << file;
    EXPECT_EQ(store.error().code, ErrorCode::kPermissionDenied);
    EXPECT_NE(store.error().hint.find("chmod o-w"), std::string::npos);
    fs::permissions(file, fs::perms{0660});
    if (!was_there) fs::remove(file);
  }
  EXPECT_TRUE(open()) << "one that a group shares is its owner's business";
}

TEST_F(SqliteHostileFileTest, FolderInWhichEverybodyMayExchangeTheFileIsRefused) {
  make();
  fs::permissions(folder_.path(), fs::perms{0777});
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kPermissionDenied);
  fs::permissions(folder_.path(), fs::perms{01777});
  EXPECT_TRUE(open()) << "as /tmp: nobody takes away what is another's";
}

TEST_F(SqliteHostileFileTest, CopyOfABusyDatabaseEndsAndIsItsOwnersAlone) {
  const auto store = open(true);
  ASSERT_TRUE(store);
  Task task;
  task.type = "null";
  task.schedule = "1 minute";
  task.description = std::string(1500, 'x');
  for (int i = 0; i < 4000; ++i) {
    task.name = "Task " + std::to_string(i);
    ASSERT_TRUE((*store)->add_task(task, "test"));
  }
  // A copy that begins anew with every write takes some 10,000 of them, one that does not some 50.
  constexpr int kPatience = 2000;
  std::atomic<bool> done{false};
  std::atomic<int> writes{0};
  std::thread writer([&] {
    Task one = (*store)->load_task_by_name("Task 1").value().task;
    while (!done && writes < kPatience) {
      one.priority = one.priority % 100 + 1;
      one = (*store)->update_task(one, "test").value();
      ++writes;
    }
  });
  const std::string copy = (folder_ / "copy.db").string();
  const auto copied = (*store)->back_up(copy);
  done = true;
  writer.join();
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_LT(writes, kPatience);
  EXPECT_EQ(fs::status(copy).permissions(), fs::perms{0600});
  EXPECT_EQ(PlainDatabase(copy).number("SELECT count(*) FROM task"), 4000);
  EXPECT_EQ(PlainDatabase(copy).lines("PRAGMA integrity_check"), "ok\n");
}

}  // namespace
}  // namespace rota::store
