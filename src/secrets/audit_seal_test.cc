// The keyed audit over a real database, against somebody who may write the database with plain SQL
// but not the two files beside it.
#include "secrets/audit_seal.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "rota/clock.h"
#include "store/accounts.h"
#include "store/sqlite/audit_chain.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace rota::secrets {
namespace {

namespace fs = std::filesystem;
using store::AuditHead;
using store::AuditNote;

constexpr const char* kFree = "DROP TRIGGER audit_not_changed; DROP TRIGGER audit_not_removed; ";

class AuditSealTest : public testing::Test {
 protected:
  AuditSealTest() {
    std::string name = (fs::temp_directory_path() / "rota-audit-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    open();
  }
  ~AuditSealTest() override {
    close();
    fs::remove_all(folder_);
  }
  void open() {
    seal_ = std::make_unique<FileAuditSeal>(audit_key_file_of(path()));
    auto opened = store::open_sqlite_store({.path = path(), .audit_seal = seal_.get()}, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  void close() {
    store_.reset();
    seal_.reset();
  }
  std::string path() const { return folder_ + "/rota.db"; }
  std::string key_path() const { return path() + ".audit-key"; }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      const AuditNote note{"ann", "10.0.0.1", "task.edit", "task " + std::to_string(i), "", "{}"};
      ASSERT_TRUE(store_->accounts().append_audit(note));
      clock_.advance(std::chrono::seconds{1});
    }
  }
  void run_sql(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &db), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_free(error);
    sqlite3_close(db);
  }
  store::AuditVerdict verify(const std::vector<AuditHead>& heads = {}) {
    close();
    open();
    auto verdict = store_->accounts().verify_audit(heads);
    EXPECT_TRUE(verdict) << verdict.error().message;
    return *verdict;
  }
  /// All rows anew, as somebody would who knows the code but not the key.
  void compute_plain_chain_anew() {
    const auto rows = store_->accounts().read_audit(1, 1000);
    std::string previous;
    for (store::AuditEntry entry : *rows) {
      entry.key_id.clear();
      previous = store::plain_hash(previous, entry);
      run_sql("UPDATE audit SET key_id = '', hash = '" + previous +
              "' WHERE seq = " + std::to_string(entry.seq));
    }
  }

  ManualClock clock_{Instant{std::chrono::seconds{1'795'000'000}}};
  std::string folder_;
  std::unique_ptr<FileAuditSeal> seal_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(AuditSealTest, KeyAndHeadAreMadeWithTheFirstRowForTheirOwnerAlone) {
  EXPECT_FALSE(fs::exists(key_path()));
  EXPECT_TRUE(verify().is_intact());
  EXPECT_FALSE(fs::exists(key_path())) << "looking makes nothing";
  write(3);
  for (const std::string& file : {key_path(), key_path() + ".head"}) {
    struct stat facts{};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0) << file;
    EXPECT_EQ(facts.st_mode & 0777u, 0600u) << file;
  }
  const auto verdict = verify();
  EXPECT_TRUE(verdict.is_intact()) << verdict.fault;
  EXPECT_EQ(verdict.rows, 3);
  EXPECT_EQ(verdict.unkeyed, 0);
}

TEST_F(AuditSealTest, ChangedRowIsFound) {
  write(5);
  run_sql(std::string(kFree) + "UPDATE audit SET who = 'eve' WHERE seq = 3");
  EXPECT_EQ(verify().broken_at, 3);
}

TEST_F(AuditSealTest, RowTakenOutOfTheMiddleIsFound) {
  write(5);
  run_sql(std::string(kFree) + "DELETE FROM audit WHERE seq = 3");
  EXPECT_EQ(verify().broken_at, 4);
}

TEST_F(AuditSealTest, RowsCutOffTheEndAreFound) {
  write(5);
  run_sql(std::string(kFree) + "DELETE FROM audit WHERE seq > 3");
  const auto verdict = verify();
  EXPECT_EQ(verdict.broken_at, 5);
  EXPECT_EQ(verdict.fault,
            "rows were cut off the end: the audit had come to row 5, and ends at row 3");
}

TEST_F(AuditSealTest, RowsCutOffTheEndAreFoundAfterNewOnesWereWritten) {
  write(5);
  run_sql(std::string(kFree) + "DELETE FROM audit WHERE seq > 3;" +
          "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit'");
  close();
  open();
  write(1);
  EXPECT_EQ(store_->accounts().read_audit(4, 1)->at(0).note.action, "audit.broken");
  EXPECT_EQ(verify().broken_at, 4);
  write(5);
  EXPECT_EQ(verify().broken_at, 4) << "later rows do not hide it";
}

TEST_F(AuditSealTest, HeadThatWasNotedElsewhereFindsAChainWrittenAnew) {
  write(5);
  const auto fourth = store_->accounts().read_audit(4, 1)->at(0);
  EXPECT_TRUE(verify({{4, fourth.hash}}).is_intact());
  EXPECT_EQ(verify({{4, "another"}}).broken_at, 4);
  EXPECT_EQ(verify({{9, "another"}}).broken_at, 9);
}

TEST_F(AuditSealTest, AllRowsTakenAwayIsFound) {
  write(5);
  run_sql(std::string(kFree) + "DELETE FROM audit");
  EXPECT_EQ(verify().broken_at, 5);
}

TEST_F(AuditSealTest, ChainThatWasComputedAnewWithoutTheKeyIsFound) {
  write(5);
  run_sql(std::string(kFree) + "UPDATE audit SET who = 'eve' WHERE seq = 2");
  compute_plain_chain_anew();
  EXPECT_EQ(verify().broken_at, 5);
}

TEST_F(AuditSealTest, RowThatOnlyLooksSignedIsFound) {
  write(3);
  run_sql(
      "INSERT INTO audit (at, who, action, key_id, hash) SELECT at, 'eve', 'user.add', key_id, hash"
      " FROM audit WHERE seq = 3");
  EXPECT_EQ(verify().broken_at, 4);
}

TEST_F(AuditSealTest, UnsignedRowBehindSignedOnesIsFound) {
  write(3);
  const auto last = store_->accounts().read_audit(3, 1)->at(0);
  store::AuditEntry forged = last;
  forged.seq = 4;
  forged.key_id.clear();
  run_sql("INSERT INTO audit (at, who, address, action, object, after, hash) VALUES (" +
          std::to_string(forged.at.time_since_epoch().count()) +
          ", 'ann', '10.0.0.1', 'task.edit', 'task 2', '{}', '" +
          store::plain_hash(last.hash, forged) + "')");
  EXPECT_EQ(verify().broken_at, 4);
}

TEST_F(AuditSealTest, FalsePruneHidesNothing) {
  write(5);
  for (const char* key : {"''", "'0123456789abcdef'", "(SELECT key_id FROM audit WHERE seq = 5)"}) {
    run_sql(std::string("BEGIN; INSERT INTO audit (at, who, action, after, key_id, hash) SELECT at,"
                        " 'eve', 'audit.prune', json_object('through_seq', 4, 'hash', (SELECT hash"
                        " FROM audit WHERE seq = 4)), ") +
            key + ", 'x' FROM audit WHERE seq = 5; COMMIT");
    EXPECT_FALSE(verify().is_intact()) << key;
  }
}

TEST_F(AuditSealTest, PruneThatSpeaksOfRowsBehindItselfHidesNothing) {
  write(5);
  run_sql(
      "INSERT INTO audit (at, who, action, after, key_id, hash) SELECT at, 'eve', 'audit.prune',"
      " json_object('through_seq', 99, 'hash', hash), key_id, 'x' FROM audit WHERE seq = 5");
  EXPECT_FALSE(verify().is_intact());
}

TEST_F(AuditSealTest, RowsFromBeforeThereWereKeysAreHeldByTheFirstSignedOne) {
  close();
  {
    const auto plain = store::open_sqlite_store({.path = path()}, clock_);
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE((*plain)->accounts().append_audit({"ann", "", "task.edit", "", "", ""}));
    }
  }
  open();
  write(1);
  auto verdict = verify();
  EXPECT_TRUE(verdict.is_intact()) << verdict.fault;
  EXPECT_EQ(verdict.rows, 5) << "three, the row that begins the key, and one";
  EXPECT_EQ(verdict.unkeyed, 3);
  EXPECT_EQ(store_->accounts().read_audit(4, 1)->at(0).note.action, "audit.key");
  run_sql(std::string(kFree) + "UPDATE audit SET who = 'eve' WHERE seq = 2");
  EXPECT_EQ(verify().broken_at, 2);
  for (int seq = 2; seq <= 3; ++seq) {  // the plain part computed anew
    auto row = store_->accounts().read_audit(seq, 1)->at(0);
    const auto before = store_->accounts().read_audit(seq - 1, 1)->at(0);
    run_sql("UPDATE audit SET hash = '" + store::plain_hash(before.hash, row) +
            "' WHERE seq = " + std::to_string(seq));
  }
  EXPECT_EQ(verify().broken_at, 4);
}

TEST_F(AuditSealTest, LostKeyIsReportedAndANewOneSaysWhereItBegins) {
  write(3);
  close();
  fs::remove(key_path());
  open();
  write(2);
  const auto verdict = verify();
  EXPECT_FALSE(verdict.is_intact());
  EXPECT_EQ(verdict.unverifiable, 3);
  EXPECT_EQ(verdict.fault, "");
  const auto begins = store_->accounts().read_audit(4, 1)->at(0);
  EXPECT_EQ(begins.note.action, "audit.key");
  EXPECT_NE(begins.note.before.find("\"seq\":3"), std::string::npos);
}

TEST_F(AuditSealTest, MissingHeadIsReported) {
  write(3);
  fs::remove(key_path() + ".head");
  EXPECT_NE(verify().fault.find("is missing"), std::string::npos);
}

TEST_F(AuditSealTest, HeadOfAnotherDatabaseIsRefused) {
  write(3);
  std::ofstream(key_path() + ".head") << "rota-audit-head-1 3 abc def 0123\n";
  EXPECT_NE(verify().fault.find("not signed"), std::string::npos);
}

TEST_F(AuditSealTest, BackupThatWasPutBackIsFoundAndCanBeAccepted) {
  write(3);
  ASSERT_TRUE(store_->back_up(folder_ + "/backup.db"));
  write(4);
  close();
  for (const char* end : {"-wal", "-shm"}) fs::remove(path() + end);
  fs::copy_file(folder_ + "/backup.db", path(), fs::copy_options::overwrite_existing);
  open();
  EXPECT_EQ(verify().broken_at, 7);
  write(1);
  EXPECT_FALSE(verify().is_intact()) << "a new row does not hide it";
  ASSERT_TRUE(store_->accounts().accept_audit({"ann", "", "audit.accept", "", "", ""}));
  const auto verdict = verify();
  EXPECT_TRUE(verdict.is_intact()) << verdict.fault;
}

TEST_F(AuditSealTest, PruneLeavesAChainThatVerifiesFromItsCheckpointOn) {
  write(10);
  const auto through =
      store_->accounts().find_prunable_audit(clock_.now() - std::chrono::seconds{4});
  ASSERT_TRUE(through && *through);
  EXPECT_EQ(*store_->accounts().prune_audit(**through, {"ann", "", "", "", "", ""}),
            (*through)->seq);
  write(2);
  EXPECT_TRUE(verify().is_intact());
  run_sql(std::string(kFree) +
          "DELETE FROM audit WHERE seq = " + std::to_string((*through)->seq + 1));
  EXPECT_EQ(verify().broken_at, (*through)->seq + 2);
}

TEST_F(AuditSealTest, KeyThatOthersMayReadStopsTheChange) {
  write(1);
  close();
  fs::permissions(key_path(), fs::perms::others_read, fs::perm_options::add);
  open();
  const auto written = store_->accounts().append_audit({"ann", "", "x", "", "", ""});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(store_->accounts().read_audit(1, 10)->size(), 1u);
}

TEST_F(AuditSealTest, TwoProcessesAtOnceKeepOneChainAndTheNewestHead) {
  FileAuditSeal other_seal(key_path());
  const auto other = store::open_sqlite_store({.path = path(), .audit_seal = &other_seal}, clock_);
  const auto work = [](store::Store& store) {
    for (int i = 0; i < 50; ++i) {
      EXPECT_TRUE(store.accounts().append_audit({"ann", "", "x", "", "", ""}));
    }
  };
  std::thread first([&] { work(*store_); });
  std::thread second([&] { work(**other); });
  first.join();
  second.join();
  const auto verdict = verify();
  EXPECT_TRUE(verdict.is_intact()) << verdict.fault;
  EXPECT_EQ(verdict.rows, 100);
  EXPECT_EQ((*seal_->load_head())->seq, 100);
}

}  // namespace
}  // namespace rota::secrets
