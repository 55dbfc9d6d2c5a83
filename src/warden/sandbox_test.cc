#include "warden/sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>

#include "warden/client.h"

namespace rota::warden {
namespace {

using testing::HasSubstr;
using testing::Not;

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto able = check_sandbox(); !able) GTEST_SKIP() << able.error().message;
    runner_ = start_warden().value();
    char name[] = "/tmp/rota-sandbox-XXXXXX";
    folder_ = ::mkdtemp(name);
    for (const char* inner : {"secret", "read", "write"}) {
      std::filesystem::create_directory(folder_ + "/" + inner);
      std::ofstream(folder_ + "/" + inner + "/file") << inner;
    }
  }
  void TearDown() override {
    runner_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // What a shell in the sandbox prints, standard error included.
  std::string run(const std::string& script) {
    handlers::ProcessSpec spec;
    spec.program = "/bin/sh";
    spec.argv = {"sh", "-c", "exec 2>&1; cd " + folder_ + "; " + script};
    spec.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
    spec.allow_root = true;
    spec.private_folder = true;
    spec.sandbox = {true,
                    {"/usr", "/bin", "/lib", "/lib64", "/etc", "/proc", folder_ + "/read"},
                    {folder_ + "/write"}};
    std::string out;
    std::promise<handlers::ProcessEnd> ended;
    auto started = runner_->start(
        spec, [&](int, std::string_view bytes) { out += bytes; },
        [&](const handlers::ProcessEnd& end) { ended.set_value(end); });
    EXPECT_TRUE(started);
    end_ = ended.get_future().get();
    EXPECT_FALSE(end_.not_started) << end_.not_started->message;
    return out;
  }

  std::unique_ptr<handlers::ProcessRunner> runner_;
  std::string folder_;
  handlers::ProcessEnd end_;
};

TEST_F(SandboxTest, ReadsAndWritesOnlyWhatTheServerSays) {
  EXPECT_EQ(run("cat read/file write/file"), "readwrite");
  EXPECT_THAT(run("cat secret/file"), HasSubstr("Permission denied"));
  EXPECT_THAT(run("ls ."), HasSubstr("Permission denied"));
  EXPECT_THAT(run("echo x > read/file"), HasSubstr("ermission denied"));
  EXPECT_THAT(run("echo x > read/new"), HasSubstr("ermission denied"));
  EXPECT_THAT(run("rm -f secret/file"), HasSubstr("ermission denied"));
  EXPECT_THAT(run("mv secret/file write/stolen"), HasSubstr("ermission denied"));
  EXPECT_THAT(run("ln secret/file write/link"), Not(testing::IsEmpty()));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/write/link"));
  EXPECT_EQ(run("ln -s ../secret/file write/link; cat write/link 2>/dev/null"), "");
  EXPECT_EQ(run("mkdir write/a && mv write/file write/a/b && cat write/a/b && rm -r write/a"),
            "write");
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/secret/file"));
}

TEST_F(SandboxTest, ItsTemporaryFolderAndTheUsualDevicesWork) {
  EXPECT_EQ(run("f=$(mktemp) && echo x > $f && cat $f > /dev/null && cat $f"), "x\n");
  EXPECT_THAT(run("echo x > /tmp/rota-should-not-be"), HasSubstr("ermission denied"));
  EXPECT_EQ(run("head -c 4 /dev/urandom | wc -c"), "4\n");
  EXPECT_EQ(run("echo out > /dev/stdout"), "out\n");
}

TEST_F(SandboxTest, AnEmptiedFileIsAWrittenOne) {
  EXPECT_THAT(run("truncate -s 0 secret/file read/file"), HasSubstr("ermission denied"));
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/secret/file"), 6u);
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/read/file"), 4u);
}

TEST_F(SandboxTest, CannotLookIntoOtherProcesses) {
  const std::string own = std::to_string(::getpid());
  EXPECT_THAT(run("cat /proc/" + own + "/environ"), HasSubstr("ermission denied"));
  EXPECT_THAT(run("cat /proc/" + own + "/mem"), HasSubstr("ermission denied"));
  EXPECT_THAT(run("readlink -v /proc/" + own + "/fd/1"), HasSubstr("ermission denied"));
  EXPECT_THAT(run("cat /proc/" + own + "/root" + folder_ + "/secret/file"),
              HasSubstr("ermission denied"));
}

TEST_F(SandboxTest, RunsOfOneUserCannotLookAtEachOther) {
  handlers::ProcessSpec other;
  other.program = "/bin/sh";
  other.argv = {"sh", "-c", "echo $$; exec sleep 1000"};
  other.environment = {"TASK_KEY=hidden"};
  other.allow_root = true;
  std::promise<std::string> pid;
  std::promise<void> ended;
  auto running = runner_->start(
      other,
      [&](int, std::string_view bytes) { pid.set_value(std::string(bytes, 0, bytes.size() - 1)); },
      [&](const handlers::ProcessEnd&) { ended.set_value(); });
  ASSERT_TRUE(running);
  const std::string found = pid.get_future().get();
  EXPECT_THAT(run("cat /proc/" + found + "/environ"), HasSubstr("ermission denied"));
  (*running)->stop(Duration{0});
  ended.get_future().get();
}

// Made in a child of this test: a program that tries calls by number would have to be built first.
TEST_F(SandboxTest, CallsThatProgramsOfAScheduleDoWithoutFail) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::syscall(SYS_prctl, 38 /* PR_SET_NO_NEW_PRIVS */, 1, 0, 0, 0) != 0) ::_exit(100);
    if (!enter_sandbox({true, {"/usr", "/lib", "/lib64", "/bin"}, {}}, "")) ::_exit(101);
    int failed = 0;
    const auto expect_denied = [&](long result) {
      ++failed;
      if (result >= 0 || errno != EPERM) ::_exit(failed);
    };
    expect_denied(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
    expect_denied(::syscall(SYS_keyctl, 0, 0, 0, 0, 0));
    expect_denied(::syscall(SYS_bpf, 0, nullptr, 0));
    expect_denied(::syscall(SYS_mount, "", "/", "tmpfs", 0, ""));
    expect_denied(::syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */));
    expect_denied(::syscall(SYS_userfaultfd, 0));
    expect_denied(::syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0));
    expect_denied(::syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0));
    expect_denied(::syscall(SYS_io_uring_setup, 1, nullptr));
    expect_denied(::syscall(SYS_clone, 0x10000000 | SIGCHLD, nullptr, nullptr, nullptr, 0));
    const pid_t grandchild = ::fork();  // what everybody needs still works
    if (grandchild == 0) ::_exit(0);
    ::_exit(grandchild > 0 && ::waitpid(grandchild, nullptr, 0) == grandchild ? 0 : 99);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the number of the call that went through";
}

TEST_F(SandboxTest, RootKeepsNoMoreThanItsWayWithFiles) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  // chown, dac_override, dac_read_search, fowner, fsetid, setgid, setuid, net_bind_service
  EXPECT_THAT(run("grep CapEff /proc/self/status"), HasSubstr("00000000000004df"));
}

TEST_F(SandboxTest, ProgramsOutsideCannotBeSignalled) {
  if (!sandbox_gaps().empty()) GTEST_SKIP() << sandbox_gaps().back();
  EXPECT_THAT(run("kill -0 " + std::to_string(::getpid())), HasSubstr("not permitted"));
}

}  // namespace
}  // namespace rota::warden
