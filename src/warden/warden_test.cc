#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <sstream>
#include <thread>

#include "warden/client.h"
#include "warden/process_tree.h"

namespace rota::warden {
namespace {

using handlers::ProcessEnd;
using handlers::ProcessRunner;
using handlers::ProcessSpec;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

ProcessSpec program(std::string path, std::vector<std::string> arguments) {
  ProcessSpec spec;
  spec.program = std::move(path);
  spec.argv = {spec.program};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.environment = {"PATH=/usr/bin:/bin"};
  spec.allow_root = true;
  return spec;
}

ProcessSpec shell(const std::string& script) { return program("/bin/sh", {"-c", script}); }

bool alive(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text[name_end + 2] != 'Z';
}

// Waits for something another process does; there is no signal for it.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

// A program of a test: collects its output, hands out its end.
struct Job {
  std::mutex mutex;
  std::string out;
  std::string err;
  std::size_t bytes = 0;
  std::promise<ProcessEnd> promise;
  std::shared_ptr<handlers::RunningProcess> process;

  std::string output() {
    std::lock_guard lock(mutex);
    return out;
  }
  ProcessEnd wait() { return promise.get_future().get(); }
};

class WardenTest : public testing::Test {
 protected:
  WardenTest() : runner_(start_warden().value()) {
    char name[] = "/tmp/rota-warden-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~WardenTest() override {
    runner_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::shared_ptr<Job> start(const ProcessSpec& spec) {
    auto job = std::make_shared<Job>();
    auto started = runner_->start(
        spec,
        [job](int stream, std::string_view bytes) {
          std::lock_guard lock(job->mutex);
          job->bytes += bytes.size();
          std::string& text = stream == 1 ? job->out : job->err;
          if (text.size() < 1'000'000) text += bytes;
        },
        [job](const ProcessEnd& end) { job->promise.set_value(end); });
    EXPECT_TRUE(started) << started.error().message;
    if (started) job->process = *started;
    return job;
  }

  std::vector<pid_t> pids_in(const std::string& file) const {
    std::ifstream in(folder_ + "/" + file);
    std::vector<pid_t> pids;
    for (pid_t pid = 0; in >> pid;) pids.push_back(pid);
    return pids;
  }

  std::unique_ptr<ProcessRunner> runner_;
  std::string folder_;
};

TEST_F(WardenTest, GivesInputTakesOutputAndReportsTheExitCode) {
  auto spec = shell("cat; echo problem >&2; exit 7");
  spec.input = std::string(300'000, 'i');
  auto job = start(spec);
  const ProcessEnd end = job->wait();
  EXPECT_FALSE(end.not_started);
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_EQ(end.signal, 0);
  EXPECT_EQ(job->out, spec.input);
  EXPECT_EQ(job->err, "problem\n");
  EXPECT_GT(end.memory_bytes_max, 0);
}

TEST_F(WardenTest, ReportsEveryExitCodeAndSignalExactly) {
  for (const int code : {0, 1, 2, 126, 127, 128, 255}) {
    EXPECT_EQ(start(shell("exit " + std::to_string(code)))->wait().exit_code, code);
  }
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV, SIGUSR1}) {
    EXPECT_EQ(start(shell("kill -" + std::to_string(signal) + " $$"))->wait().signal, signal);
  }
}

TEST_F(WardenTest, SaysWhyAProgramCouldNotStart) {
  EXPECT_THAT(start(program("/no/such/program", {}))->wait().not_started->message,
              HasSubstr("No such file"));
  EXPECT_EQ(start(program("/etc/passwd", {}))->wait().not_started->code,
            ErrorCode::kInvalidArgument);
  auto nowhere = shell("true");
  nowhere.folder = "/no/such/folder";
  EXPECT_THAT(start(nowhere)->wait().not_started->message, HasSubstr("folder"));
  EXPECT_FALSE(runner_->start(program("sh", {}), nullptr, nullptr));
  EXPECT_FALSE(runner_->start(program("/bin/sh", {std::string("a\0b", 3)}), nullptr, nullptr));
  EXPECT_EQ(runner_->start(program("/bin/sh", {std::string(200'000, 'x')}), nullptr, nullptr)
                .error()
                .code,
            ErrorCode::kInvalidArgument);
}

TEST_F(WardenTest, ArgumentsArriveLiterally) {
  const std::vector<std::string> corpus{
      "",     " ",     "a b", "'",    "\"",   "\\",   "$HOME",    "`id`", "$(id)", ";ls",
      "|",    "&&",    "*",   "~",    "\n",   "\t",   "-rf",      "--",   "!x",    "#",
      "%s%n", "{a,b}", "<in", ">out", "\xff", "\x01", "\xC3\xA9", "a=b",  "[x]",   "?"};
  std::vector<std::string> arguments{"-c", "for a in \"$@\"; do printf '<%s>' \"$a\"; done",
                                     "name"};
  std::string expected;
  for (const auto& word : corpus) {
    arguments.push_back(word);
    expected += "<" + word + ">";
  }
  auto job = start(program("/bin/sh", arguments));
  job->wait();
  EXPECT_EQ(job->out, expected);
}

TEST_F(WardenTest, TheProgramSeesOnlyWhatItIsGiven) {
  ::setenv("ROTA_TEST_SECRET", "hidden", 1);
  const int leak = ::open("/etc/passwd", O_RDONLY);  // on purpose without O_CLOEXEC
  auto job =
      start(shell("/usr/bin/env; ls /proc/self/fd; umask; pwd; cat /proc/self/limits; "
                  "grep NoNewPrivs /proc/self/status; ps -o sid= -p $$; echo $$"));
  job->wait();
  ::close(leak);
  EXPECT_THAT(job->out, Not(HasSubstr("ROTA_TEST_SECRET")));
  EXPECT_THAT(job->out, HasSubstr("PATH=/usr/bin:/bin\n"));
  EXPECT_THAT(job->out, HasSubstr("\n0\n1\n2\n3\n0077\n/\n"));  // 3 is ls's own, open on the folder
  EXPECT_THAT(job->out, testing::ContainsRegex("Max core file size +0 +0"));
  EXPECT_THAT(job->out, testing::ContainsRegex("Max open files +1024"));
  EXPECT_THAT(job->out, HasSubstr("NoNewPrivs:\t1"));
}

TEST_F(WardenTest, LimitsHold) {
  auto spec = shell("while :; do :; done");
  spec.limits.cpu_s = 1;
  EXPECT_EQ(start(spec)->wait().signal, SIGKILL);
  spec = shell("head -c 2000000 /dev/zero > " + folder_ + "/big");
  spec.limits.file_bytes = 1'000'000;
  EXPECT_NE(start(spec)->wait().exit_code, 0);
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/big"), 1'000'000u);
}

TEST_F(WardenTest, RefusesToRunAsRootUnlessTold) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  auto spec = shell("id -u");
  spec.allow_root = false;
  const auto end = start(spec)->wait();
  ASSERT_TRUE(end.not_started);
  EXPECT_EQ(end.not_started->code, ErrorCode::kNotAllowedHere);
  spec.run_as = "nobody";
  auto job = start(spec);
  EXPECT_FALSE(job->wait().not_started);
  EXPECT_NE(job->out, "0\n");
  spec.run_as = "no-such-user";
  EXPECT_EQ(runner_->start(spec, nullptr, nullptr).error().code, ErrorCode::kNotFound);
}

// Leaves a grandchild that has made itself a daemon: own session, parent gone, ignores SIGTERM.
std::string daemon_script(const std::string& folder) {
  return "cd " + folder +
         " && (setsid sh -c 'trap \"\" TERM HUP; echo $$ >> pids; while :; do sleep 1; done' "
         ">/dev/null 2>&1 </dev/null &) ; echo $$ >> pids; "
         "while [ $(wc -l < pids) -lt 2 ]; do sleep 0.01; done; echo ready; ";
}

TEST_F(WardenTest, StopEndsTheWholeTreeDaemonsIncluded) {
  auto job = start(shell(daemon_script(folder_) + "trap '' TERM; while :; do sleep 1; done"));
  ASSERT_TRUE(eventually([&] { return job->output() == "ready\n"; }));
  const auto pids = pids_in("pids");
  ASSERT_EQ(pids.size(), 2u);
  const auto began = std::chrono::steady_clock::now();
  job->process->stop(100ms);
  const ProcessEnd end = job->wait();
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  for (const pid_t pid : pids) EXPECT_FALSE(alive(pid));
}

TEST_F(WardenTest, AskedPolitelyAProgramMayTidyUp) {
  auto job = start(shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(eventually([&] { return job->output() == "ready\n"; }));
  job->process->stop(10s);
  EXPECT_EQ(job->wait().exit_code, 3);
  EXPECT_EQ(job->out, "ready\nbye\n");
  job->process->stop(0s);  // long gone: harmless
}

TEST_F(WardenTest, WhatAProgramLeavesBehindEndsWithIt) {
  auto job = start(shell(daemon_script(folder_)));
  EXPECT_EQ(job->wait().exit_code, 0);
  for (const pid_t pid : pids_in("pids")) EXPECT_FALSE(alive(pid));
}

TEST_F(WardenTest, AForkBombIsEndedToo) {
  auto job =
      start(shell("echo ready; f() { f & f & sleep 5; }; ulimit -u 300 2>/dev/null; "
                  "for i in 1 2 3 4 5 6 7 8; do (while :; do sleep 0.01 & done) & done; wait"));
  ASSERT_TRUE(eventually([&] { return job->output() == "ready\n"; }));
  std::this_thread::sleep_for(100ms);
  job->process->stop(0s);
  job->wait();
  SUCCEED();  // wait() returns only when the whole tree has gone
}

TEST_F(WardenTest, AFloodOfOutputIsReadWithoutKeepingIt) {
  auto job = start(shell("head -c 100000000 /dev/zero"));
  EXPECT_EQ(job->wait().exit_code, 0);
  EXPECT_EQ(job->bytes, 100'000'000u);
}

TEST_F(WardenTest, ASlowReaderHoldsTheProgramBack) {
  std::promise<void> go_on;
  auto gate = go_on.get_future().share();
  std::atomic<std::size_t> bytes{0};
  std::promise<ProcessEnd> ended;
  auto started = runner_->start(
      shell("head -c 10000000 /dev/zero; echo done >> " + folder_ + "/done"),
      [&, gate](int, std::string_view piece) {
        bytes += piece.size();
        gate.wait();
      },
      [&](const ProcessEnd& end) { ended.set_value(end); });
  ASSERT_TRUE(started);
  ASSERT_TRUE(eventually([&] { return bytes > 0; }));
  std::this_thread::sleep_for(50ms);
  EXPECT_LE(bytes, 65536u);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/done"));
  go_on.set_value();
  EXPECT_EQ(ended.get_future().get().exit_code, 0);
  EXPECT_EQ(bytes, 10'000'000u);
}

TEST_F(WardenTest, ManyProgramsAtOnceAllEnd) {
  std::vector<std::shared_ptr<Job>> jobs;
  for (int i = 0; i < 200; ++i) jobs.push_back(start(shell("echo " + std::to_string(i))));
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(jobs[static_cast<std::size_t>(i)]->wait().exit_code, 0);
    EXPECT_EQ(jobs[static_cast<std::size_t>(i)]->out, std::to_string(i) + "\n");
  }
}

TEST_F(WardenTest, AKilledKeeperIsReportedAndItsProgramsEnd) {
  auto job = start(shell(daemon_script(folder_) + "kill -9 $PPID; while :; do sleep 1; done"));
  const auto end = job->wait();
  ASSERT_TRUE(end.not_started);
  EXPECT_THAT(end.not_started->message, HasSubstr("supervisor was killed"));
  for (const pid_t pid : pids_in("pids")) {
    EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
  }
}

TEST_F(WardenTest, AKilledWardenTakesItsProgramsAlongAndIsReplaced) {
  auto job = start(shell(daemon_script(folder_) + "while :; do sleep 1; done"));
  ASSERT_TRUE(eventually([&] { return job->output() == "ready\n"; }));
  for (const pid_t child : children_of(::getpid())) ::kill(child, SIGKILL);
  const auto end = job->wait();  // from its keeper, or from the broken link
  EXPECT_TRUE(end.signal == SIGKILL || end.not_started->code == ErrorCode::kUnavailable);
  for (const pid_t pid : pids_in("pids")) {
    EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
  }
  EXPECT_TRUE(eventually([&] { return start(shell("exit 5"))->wait().exit_code == 5; }));
}

TEST_F(WardenTest, NothingSurvivesAServerThatIsKilled) {
  const pid_t server = ::fork();
  if (server == 0) {
    auto runner = start_warden().value();
    auto started = runner->start(
        shell(daemon_script(folder_) + "while :; do sleep 1; done"), [](int, std::string_view) {},
        [](const ProcessEnd&) {});
    ::pause();
    ::_exit(started ? 0 : 1);
  }
  ASSERT_TRUE(eventually([&] { return pids_in("pids").size() == 2; }));
  const auto pids = pids_in("pids");
  const auto below = descendants_of(server);  // warden, keeper, program
  EXPECT_GE(below.size(), 3u);
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  for (const pid_t pid : pids) EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
  for (const pid_t pid : below) EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
}

TEST_F(WardenTest, ShuttingDownEndsProgramsAndTellsTheirHandlers) {
  auto job = start(shell(daemon_script(folder_) + "while :; do sleep 1; done"));
  ASSERT_TRUE(eventually([&] { return job->output() == "ready\n"; }));
  runner_.reset();
  EXPECT_EQ(job->wait().not_started->code, ErrorCode::kCancelled);
  for (const pid_t pid : pids_in("pids")) EXPECT_FALSE(alive(pid));
  job->process->stop(0s);
}

}  // namespace
}  // namespace rota::warden
