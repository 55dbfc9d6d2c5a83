#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "rota/clock.h"
#include "warden/client.h"
#include "warden/lease_page.h"
#include "warden/left_behind.h"
#include "warden/process_tree.h"

namespace rota::warden {
namespace {

using handlers::ProcessEnd;
using handlers::ProcessRunner;
using handlers::ProcessSpec;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using Lease = ProcessRunner::Lease;

SteadyTime at(Duration since_start) { return SteadyTime{since_start}; }
SteadyTime now() { return SystemClock().steady_now(); }

TEST(LeaseWatchTest, LeaseThatOthersMayTakeEndsOnTheDot) {
  LeasePage page;
  LeaseWatch watch(page);
  EXPECT_FALSE(watch.has_ended(at(1000h))) << "none was named yet";
  EXPECT_EQ(watch.look_at(), SteadyTime::max());
  page.extend(at(10s), Lease::kShared);
  EXPECT_FALSE(watch.has_ended(at(10s - 1us)));
  EXPECT_TRUE(watch.has_ended(at(10s)));
  EXPECT_TRUE(watch.has_ended(at(1h))) << "also after a sleep of the whole machine";
  page.extend(at(2h), Lease::kShared);
  EXPECT_FALSE(watch.has_ended(at(1h)));
}

TEST(LeaseWatchTest, LeaseOfAnOnlyOwnerEndsWhenThatOwnerAloneStandsStill) {
  LeasePage page;
  LeaseWatch watch(page);
  page.extend(at(10s), Lease::kAlone);
  EXPECT_EQ(watch.look_at(), at(10s));
  EXPECT_TRUE(watch.has_ended(at(10s)));
}

TEST(LeaseWatchTest, MachineThatWasSuspendedGivesAnOnlyOwnerAMoment) {
  LeasePage page;
  LeaseWatch watch(page);
  page.extend(at(10s), Lease::kAlone);
  EXPECT_FALSE(watch.has_ended(at(1h))) << "this process did not look in time either";
  EXPECT_EQ(watch.look_at(), at(1h + 3s));
  EXPECT_TRUE(watch.has_ended(at(1h + 3s))) << "but the server has not come back";
  page.extend(at(1h + 8s), Lease::kAlone);
  EXPECT_FALSE(watch.has_ended(at(1h + 3s)));
  EXPECT_EQ(watch.look_at(), at(1h + 8s));
}

bool alive(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text[name_end + 2] != 'Z';
}

template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

class LeaseTest : public testing::Test {
 protected:
  LeaseTest() {
    char name[] = "/tmp/rota-lease-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~LeaseTest() override { std::filesystem::remove_all(folder_); }

  static ProcessSpec shell(const std::string& script) {
    ProcessSpec spec;
    spec.program = "/bin/sh";
    spec.argv = {"sh", "-c", script};
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.allow_root = true;
    return spec;
  }

  // Ignores SIGTERM, has a child of its own, and notes both numbers.
  std::string stubborn() const {
    return "cd " + folder_ +
           "; trap '' TERM; (trap '' TERM; while :; do sleep 0.1; done) & echo $! $$ > new; "
           "mv new pids; while :; do sleep 0.1; done";
  }

  static std::future<ProcessEnd> start(ProcessRunner& runner, const ProcessSpec& spec) {
    auto promise = std::make_shared<std::promise<ProcessEnd>>();
    auto started = runner.start(
        spec, [](int, std::string_view) {},
        [promise](const ProcessEnd& end) { promise->set_value(end); });
    EXPECT_TRUE(started);
    return promise->get_future();
  }

  std::vector<pid_t> wait_for_pids() const {
    std::vector<pid_t> pids;
    EXPECT_TRUE(eventually([&] {
      std::ifstream in(folder_ + "/pids");
      pids.clear();
      for (pid_t pid = 0; in >> pid;) pids.push_back(pid);
      return pids.size() == 2;
    }));
    return pids;
  }

  // A server in a process of its own, that has `held` open in its warden and runs stubborn().
  template <class Then>
  pid_t fork_server(int held, Then then) {
    const pid_t server = ::fork();
    if (server != 0) return server;
    auto runner = start_warden().value();
    if (held >= 0) runner->hold_open(held, nullptr);
    auto end = start(*runner, shell(stubborn()));
    then(*runner);
    for (;;) ::pause();
  }

  static void kill_and_reap(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  std::string folder_;
};

TEST_F(LeaseTest, EndOfTheLeaseEndsProgramsAndLetsNoneStart) {
  const auto runner = start_warden().value();
  runner->extend_lease(now() + 1h, Lease::kShared);
  auto first = start(*runner, shell(stubborn()));
  const auto pids = wait_for_pids();
  runner->extend_lease(now(), Lease::kShared);
  // A keeper sleeps until the end that it knew of; a lease is only ever shortened when it is lost.
  auto second = start(*runner, shell("touch " + folder_ + "/started"));
  const ProcessEnd refused = second.get();
  EXPECT_TRUE(refused.lease_ended);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/started"));
  const ProcessEnd ended = first.get();
  EXPECT_TRUE(ended.lease_ended);
  EXPECT_EQ(ended.signal, SIGKILL);
  for (const pid_t pid : pids) EXPECT_FALSE(alive(pid));
  runner->extend_lease(now() + 1h, Lease::kShared);
  EXPECT_EQ(start(*runner, shell("exit 4")).get().exit_code, 4) << "a new lease, a new life";
}

TEST_F(LeaseTest, StoppedServerLosesItsProgramsWhenItsLeaseEnds) {
  const pid_t server = fork_server(-1, [&](ProcessRunner& runner) {
    runner.extend_lease(now() + 1s, Lease::kAlone);
    while (!std::filesystem::exists(folder_ + "/pids")) std::this_thread::sleep_for(1ms);
    ::raise(SIGSTOP);
  });
  const auto pids = wait_for_pids();
  ::waitpid(server, nullptr, WUNTRACED);
  for (const pid_t pid : pids) EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
  EXPECT_TRUE(alive(server)) << "it is only stopped";
  kill_and_reap(server);
}

TEST_F(LeaseTest, WhatIsHeldStaysOpenUntilTheLastProgramOfADeadServerIsGone) {
  int held[2];
  ASSERT_EQ(::pipe2(held, O_CLOEXEC | O_NONBLOCK), 0);
  const pid_t server = fork_server(held[1], [](ProcessRunner&) {});
  const auto pids = wait_for_pids();
  const auto below = descendants_of(server);
  ::close(held[1]);
  // The keeper (the program's parent) cannot act for now: the warden must not let go without it.
  pid_t keeper = 0;
  for (const pid_t pid : below) {
    const auto children = children_of(pid);
    if (std::find(children.begin(), children.end(), pids[1]) != children.end()) keeper = pid;
  }
  ASSERT_NE(keeper, 0);
  ::kill(keeper, SIGSTOP);
  kill_and_reap(server);
  char byte = 0;
  EXPECT_EQ(::read(held[0], &byte, 1), -1) << "end of file: nobody has the other end";
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_TRUE(alive(pids[0]));
  ::kill(keeper, SIGCONT);
  EXPECT_TRUE(eventually([&] { return ::read(held[0], &byte, 1) == 0; }));
  for (const pid_t pid : pids) EXPECT_FALSE(alive(pid)) << pid;
  ::close(held[0]);
}

TEST_F(LeaseTest, KeepersEndTheirProgramsAlsoWhenTheWardenCannot) {
  const pid_t server = fork_server(-1, [](ProcessRunner&) {});
  const auto pids = wait_for_pids();
  const auto wardens = children_of(server);
  ASSERT_EQ(wardens.size(), 1u);
  ::kill(wardens[0], SIGSTOP);
  kill_and_reap(server);
  for (const pid_t pid : pids) EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
  ::kill(wardens[0], SIGCONT);
  EXPECT_TRUE(eventually([&] { return !alive(wardens[0]); }));
}

TEST_F(LeaseTest, ChildrenOfAProgramWhoseKeepersWereAllKilledAreFoundByTheirMark) {
  const std::string file = folder_ + "/database";
  const int fd = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  const pid_t server = fork_server(fd, [](ProcessRunner&) {});
  const auto pids = wait_for_pids();
  const std::string mark = mark_of(fd);
  EXPECT_THAT(find_marked(mark), testing::IsSupersetOf({pids[0], pids[1]}));
  EXPECT_THAT(find_marked(mark), Not(testing::Contains(server)));
  const auto wardens = children_of(server);
  ASSERT_EQ(wardens.size(), 1u);
  std::vector<pid_t> rota{server, wardens[0]};
  for (const pid_t keeper : children_of(wardens[0])) rota.push_back(keeper);
  for (const pid_t pid : rota) ::kill(pid, SIGSTOP);  // so that none can act before it is killed
  for (const pid_t pid : rota) ::kill(pid, SIGKILL);
  ::waitpid(server, nullptr, 0);
  EXPECT_TRUE(eventually([&] { return !alive(pids[1]); })) << "the kernel ends the program";
  EXPECT_TRUE(alive(pids[0])) << "and leaves its child";
  const Ended ended = end_marked(mark, 10s);
  EXPECT_TRUE(ended.gone);
  EXPECT_THAT(ended.pids, testing::Contains(pids[0]));
  EXPECT_FALSE(alive(pids[0]));
  EXPECT_TRUE(end_marked(mark, 10s).pids.empty());
  EXPECT_TRUE(end_marked(mark_of(-1), 10s).pids.empty()) << "no mark, nobody";
  ::close(fd);
}

TEST_F(LeaseTest, ProgramsNeverHaveWhatIsHeld) {
  const auto runner = start_warden().value();
  const std::string secret = folder_ + "/held";
  const int fd = ::open(secret.c_str(), O_CREAT | O_RDWR, 0600);  // on purpose without O_CLOEXEC
  runner->hold_open(fd, nullptr);
  EXPECT_EQ(start(*runner, shell("ls -l /proc/self/fd > " + folder_ + "/fds")).get().exit_code, 0);
  std::ifstream file(folder_ + "/fds");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, HasSubstr("fds"));
  EXPECT_THAT(text, Not(HasSubstr("held")));
  ::close(fd);
}

TEST_F(LeaseTest, EveryWardenIsNamedAndHoldsOnAgain) {
  int held[2];
  ASSERT_EQ(::pipe2(held, O_CLOEXEC | O_NONBLOCK), 0);
  auto runner = start_warden().value();
  std::mutex mutex;
  std::vector<std::int64_t> supervisors;
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return supervisors.size();
  };
  runner->hold_open(held[1], [&](std::int64_t pid) {
    const std::lock_guard lock(mutex);
    supervisors.push_back(pid);
  });
  ASSERT_TRUE(eventually([&] { return count() == 1; }));
  EXPECT_EQ(start(*runner, shell("exit 0")).get().exit_code, 0);
  ::kill(static_cast<pid_t>(supervisors[0]), SIGKILL);
  ASSERT_TRUE(eventually([&] { return count() == 2; }));
  EXPECT_NE(supervisors[0], supervisors[1]);
  EXPECT_EQ(start(*runner, shell("exit 0")).get().exit_code, 0);
  ::close(held[1]);
  char byte = 0;
  EXPECT_EQ(::read(held[0], &byte, 1), -1) << "the new warden holds it";
  runner.reset();
  EXPECT_EQ(::read(held[0], &byte, 1), 0) << "and no more";
  ::close(held[0]);
}

}  // namespace
}  // namespace rota::warden
