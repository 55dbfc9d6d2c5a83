#include "store/sqlite/server_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "rota/clock.h"
#include "store/sqlite/file_systems.h"
#include "store/sqlite/owner_note.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_database.h"

namespace rota::store {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class ServerLockTest : public testing::Test {
 protected:
  ServerLockTest() : path_((folder_ / "rota.db").string()) { (void)open().value(); }

  Result<std::unique_ptr<Store>> open(const std::string& path) {
    return open_sqlite_store({.path = path}, clock_);
  }
  Result<std::unique_ptr<Store>> open() { return open(path_); }

  // A server in a process of its own; returns when it owns the database and has done `then`.
  template <class Then>
  pid_t start_server(Then then) {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    const pid_t server = ::fork();
    if (server == 0) {
      ::close(ready[0]);
      auto store = open();
      const auto owned = store ? (*store)->take_ownership({}) : Result<int>(-1);
      const pid_t program = owned ? then(*owned, ready) : -1;
      if (::write(ready[1], &program, sizeof program) != sizeof program) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ready[1]);
    EXPECT_EQ(::read(ready[0], &program_, sizeof program_), static_cast<ssize_t>(sizeof program_));
    ::close(ready[0]);
    if (program_ > 0) wait_for_few_descriptors(program_);
    return server;
  }

  // Until the program has closed all that it inherited but the one that it shares.
  static void wait_for_few_descriptors(pid_t pid) {
    const fs::path descriptors = "/proc/" + std::to_string(pid) + "/fd";
    const auto count = [&] {
      return std::distance(fs::directory_iterator(descriptors), fs::directory_iterator());
    };
    for (int i = 0; i < 10'000 && count() > 4; ++i) ::usleep(1000);
    ASSERT_LE(count(), 4);
  }

  // Stands for a warden: has the shared descriptor open and nothing else of the server's files.
  static pid_t start_program(int shared, const int (&ready)[2]) {
    const pid_t program = ::fork();
    if (program != 0) return program;
    ::dup2(shared, ready[1]);
    const auto kept = static_cast<unsigned>(ready[1]);
    ::close_range(3, kept - 1, 0);
    ::close_range(kept + 1, ~0U, 0);
    for (;;) ::pause();
  }

  static void kill_and_reap(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  TemporaryFolder folder_;
  std::string path_;
  SystemClock clock_;
  pid_t program_ = -1;
};

TEST_F(ServerLockTest, SymbolicLinkLeadsToTheSameServer) {
  const std::string link = (folder_ / "link.db").string();
  fs::create_symlink(path_, link);
  auto first = open().value();
  auto second = open(link).value();
  ASSERT_TRUE(first->take_ownership({}));
  const auto refused = second->take_ownership({.most = seconds{30}});
  ASSERT_FALSE(refused) << "two servers on one file";
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(::getpid())));
  first->release_ownership();
  EXPECT_TRUE(second->take_ownership({}));
}

TEST_F(ServerLockTest, FileWithASecondNameIsRefusedUnderBoth) {
  const std::string other = (folder_ / "other.db").string();
  fs::create_hard_link(path_, other);
  for (const std::string& name : {path_, other}) {
    const auto refused = open(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("2 names"));
  }
  fs::remove(other);
  EXPECT_TRUE(open());
}

TEST_F(ServerLockTest, SecondNameMadeWhileItIsOpenIsRefusedAndHarmsNothing) {
  auto store = open().value();
  const std::string other = (folder_ / "other.db").string();
  fs::create_hard_link(path_, other);
  EXPECT_FALSE(open(other));
  EXPECT_TRUE(store->take_ownership({})) << "the one that is open goes on";
}

TEST_F(ServerLockTest, ServerThatLivesIsNotWaitedFor) {
  const pid_t server = start_server([](int, const auto&) { return pid_t{0}; });
  const auto store = open().value();
  bool waited = false;
  const auto refused = store->take_ownership(
      {.most = seconds{30}, .on_wait = [&](const std::string&) { waited = true; }});
  ASSERT_FALSE(refused);
  EXPECT_FALSE(waited);
  EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(server)));
  ::kill(server, SIGSTOP);
  ::waitpid(server, nullptr, WUNTRACED);
  EXPECT_THAT(store->take_ownership({}).error().message, HasSubstr("stopped (SIGSTOP)"));
  EXPECT_TRUE(store->look_at_owner()->server_holds);
  kill_and_reap(server);
  EXPECT_TRUE(store->take_ownership({}));
}

TEST_F(ServerLockTest, ProgramsOfADeadServerAreWaitedForAndNamed) {
  const pid_t server = start_server(start_program);
  kill_and_reap(server);
  const auto store = open().value();
  std::string heard;
  const OwnerWait brief{.most = milliseconds{100},
                        .on_wait = [&](const std::string& what) { heard = what; }};
  const auto refused = store->take_ownership(brief);
  ASSERT_FALSE(refused) << "a program of the dead server lives";
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(server)));
  EXPECT_THAT(refused.error().hint, HasSubstr("kill"));
  EXPECT_THAT(heard, HasSubstr("still ending"));
  EXPECT_FALSE(store->look_at_owner()->server_holds);
  EXPECT_TRUE(store->look_at_owner()->programs_hold);
  ::kill(program_, SIGKILL);
  EXPECT_TRUE(store->take_ownership({.most = seconds{30}})) << "and then it goes on by itself";
  const OwnerState state = state_of({.server = program_});
  EXPECT_TRUE(state == OwnerState::kGone || state == OwnerState::kEnding) << "a zombie at most";
}

TEST_F(ServerLockTest, WaitCanBeGivenUp) {
  kill_and_reap(start_server(start_program));
  const auto store = open().value();
  int asked = 0;
  EXPECT_FALSE(store->take_ownership({.most = seconds{600}, .go_on = [&] { return ++asked < 3; }}));
  EXPECT_EQ(asked, 3);
  ::kill(program_, SIGKILL);
}

// SQLite's locks on a file go with any descriptor of it that the process closes.
TEST_F(ServerLockTest, EndOfOneStoreLeavesSqlitesLocksOfAnother) {
  auto server = open().value();
  ASSERT_TRUE(server->take_ownership({}));
  auto other = open().value();
  ASSERT_TRUE(other->list_nodes());
  server.reset();
  const int code = in_child([&] {
    const int fd = ::open(path_.c_str(), O_RDWR);
    struct flock shared{};
    shared.l_type = F_WRLCK;
    shared.l_whence = SEEK_SET;
    shared.l_start = 0x40000002;  // SQLite's SHARED_FIRST and SHARED_SIZE
    shared.l_len = 510;
    return ::fcntl(fd, F_GETLK, &shared) == 0 && shared.l_type != F_UNLCK ? 7 : 0;
  });
  EXPECT_EQ(code, 7) << "another program could remove the log under the open store";
  EXPECT_TRUE(other->take_ownership({}));
}

TEST_F(ServerLockTest, ServerOfAnOlderVersionIsKeptOutAndKeepsOut) {
  const auto store = open().value();
  const int older = ::open((path_ + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  ASSERT_EQ(::fcntl(older, F_OFD_SETLK, &whole), 0);
  EXPECT_EQ(store->take_ownership({}).error().code, ErrorCode::kBusy);
  whole.l_type = F_UNLCK;
  ASSERT_EQ(::fcntl(older, F_OFD_SETLK, &whole), 0);
  ASSERT_TRUE(store->take_ownership({}));
  whole.l_type = F_WRLCK;
  EXPECT_NE(::fcntl(older, F_OFD_SETLK, &whole), 0);
  ::close(older);
}

TEST_F(ServerLockTest, NoteIsNotWrittenThroughALink) {
  const fs::path victim = folder_ / "victim";
  std::ofstream(victim) << "precious";
  fs::remove(path_ + ".lock");
  fs::create_symlink(victim, path_ + ".lock");
  EXPECT_EQ(open().value()->take_ownership({}).error().code, ErrorCode::kIo);
  EXPECT_EQ(fs::file_size(victim), 8u);
}

TEST_F(ServerLockTest, DatabaseThatIsMovedOrReplacedIsNoticed) {
  auto store = open().value();
  EXPECT_TRUE(store->check_place());
  const std::string away = (folder_ / "away.db").string();
  fs::rename(path_, away);
  EXPECT_THAT(store->check_place().error().message, HasSubstr("gone"));
  std::ofstream(path_) << "";
  EXPECT_THAT(store->check_place().error().message, HasSubstr("another file"));
  fs::rename(away, path_);
  EXPECT_TRUE(store->check_place());
}

TEST_F(ServerLockTest, ReplacedFileIsNeverReadAsOurs) {
  auto store = open().value();
  fs::rename(path_, folder_ / "away.db");
  {
    auto other = open().value();
  }
  EXPECT_EQ(store->list_nodes().error().code, ErrorCode::kUnavailable)
      << "no connection was open for reading yet";
}

TEST(FileSystemsTest, NetworkFileSystemsAreAcceptedByNameAlone) {
  constexpr std::uint32_t kFuse = 0x65735546;
  constexpr std::uint32_t kExt4 = 0xEF53;
  EXPECT_EQ(untrusted_kind(kExt4), "");
  EXPECT_EQ(untrusted_kind(0x6969), "nfs");
  EXPECT_EQ(untrusted_kind(0x01021997), "9p");
  EXPECT_TRUE(accept_kind(untrusted_kind(kExt4), {}));
  const auto refused = accept_kind(untrusted_kind(kFuse), {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("fuse"));
  EXPECT_THAT(refused.error().hint, HasSubstr("--accept-file-system fuse"));
  const std::vector<std::string> names{"nfs", "fuse"};
  EXPECT_TRUE(accept_kind(untrusted_kind(kFuse), names));
  EXPECT_FALSE(accept_kind(untrusted_kind(0x01021997), names));
}

}  // namespace
}  // namespace rota::store
