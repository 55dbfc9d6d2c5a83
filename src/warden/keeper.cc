#include "warden/keeper.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>

#include "base/wipe.h"
#include "warden/child.h"
#include "warden/private_folder.h"
#include "warden/process_tree.h"

namespace rota::warden {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto kOrphanGrace = milliseconds{1000};  // for what a program leaves behind
constexpr auto kKillAgain = milliseconds{10};      // until the last of a killed tree is gone
constexpr auto kIdle = std::chrono::hours{1};

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, kStopSignal, kKillSignal}) sigaddset(&set, signal);
  return set;
}

std::int64_t micros(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

class Keeper {
 public:
  Keeper(const StartMessage& start, int report_fd, pid_t program)
      : report_fd_(report_fd), program_(program) {
    end_.id = start.id;
  }

  EndMessage watch() {
    const sigset_t signals = watched_signals();
    while (reap()) {
      if (kill_at_ && Steady::now() >= *kill_at_) kill_now();
      const auto wait = kill_at_ ? *kill_at_ - Steady::now() : Steady::duration{kIdle};
      act_on(wait_for_signal(signals, std::max(wait, Steady::duration::zero())));
    }
    return end_;
  }

 private:
  struct Signal {
    int number = 0;
    int value = 0;
  };

  static Signal wait_for_signal(const sigset_t& signals, Steady::duration most) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(most);
    const timespec timeout{seconds.count(), (most - seconds).count()};
    siginfo_t info{};
    const int number = ::sigtimedwait(&signals, &info, &timeout);
    return {std::max(number, 0), info.si_code == SI_QUEUE ? info.si_value.sival_int : 0};
  }

  void act_on(Signal signal) {
    if (signal.number == kStopSignal) stop_within(milliseconds{std::max(signal.value, 0)});
    if (signal.number == kKillSignal) kill_at_ = Steady::now();
  }

  // Collects every child that has ended; false when none is left.
  bool reap() {
    for (;;) {
      int status = 0;
      rusage used{};
      const pid_t pid = ::wait4(-1, &status, WNOHANG, &used);
      if (pid == 0) return true;
      if (pid < 0) return errno == EINTR;
      if (pid == program_) program_ended(status, used);
    }
  }

  void program_ended(int status, const rusage& used) {
    end_.wait_status = status;
    end_.cpu_us = micros(used.ru_utime) + micros(used.ru_stime);
    end_.memory_kib = used.ru_maxrss;
    StartFailure failure;
    if (::read(report_fd_, &failure, sizeof failure) == sizeof failure) {
      end_.failed_step = failure.step;
      end_.failed_errno = failure.error;
    }
    stop_within(kOrphanGrace);
  }

  void stop_within(milliseconds grace) {
    signal_tree(::getpid(), SIGTERM);
    signal_tree(::getpid(), SIGCONT);
    const auto at = Steady::now() + grace;
    kill_at_ = kill_at_ ? std::min(*kill_at_, at) : at;
  }

  void kill_now() {
    kill_tree(::getpid());
    kill_at_ = Steady::now() + kKillAgain;
  }

  EndMessage end_;
  const int report_fd_;
  const pid_t program_;
  std::optional<Steady::time_point> kill_at_;
};

}  // namespace

void run_keeper(StartMessage& start, const StandardFds& fds, int socket, pid_t warden) {
  const sigset_t signals = watched_signals();
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  ::signal(SIGCHLD, SIG_DFL);
  ::prctl(PR_SET_NAME, "rota-keeper", 0, 0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, kKillSignal, 0, 0, 0);
  if (::getppid() != warden) ::_exit(1);

  EndMessage end;
  end.id = start.id;
  int report[2] = {-1, -1};
  PrivateFolder folder;
  const bool ready = !start.private_folder || folder.make(start);
  const pid_t program = ready && ::pipe2(report, O_CLOEXEC) == 0 ? ::fork() : -1;
  if (program == 0) become_program(start, fds, report[1], folder.path());
  if (program < 0) {
    end.failed_step = ready ? StartStep::kFork : StartStep::kPrivateFolder;
    end.failed_errno = errno;
  }
  base::wipe(start.environment);
  for (const int fd : {fds[0], fds[1], fds[2], report[1]}) ::close(fd);
  if (program > 0) end = Keeper(start, report[0], program).watch();
  end.files_left = folder.remove() ? 0 : 1;
  while (::send(socket, &end, sizeof end, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
  ::_exit(0);
}

}  // namespace rota::warden
