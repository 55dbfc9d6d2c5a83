#include "warden/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>

#include "base/wipe.h"
#include "rota/clock.h"
#include "warden/child.h"
#include "warden/private_folder.h"
#include "warden/process_tree.h"

namespace rota::warden {
namespace {

using std::chrono::milliseconds;

constexpr auto kOrphanGrace = milliseconds{1000};  // for what a program leaves behind
constexpr auto kKillAgain = milliseconds{10};      // until the last of a killed tree is gone
constexpr Duration kIdle = std::chrono::hours{1};

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, kStopSignal, kLookSignal, kKillSignal}) sigaddset(&set, signal);
  return set;
}

std::int64_t micros(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

SteadyTime now() { return SystemClock().steady_now(); }

class Keeper {
 public:
  Keeper(const StartMessage& start, const KeeperPlace& place, int report_fd, pid_t program)
      : report_fd_(report_fd), program_(program), server_fd_(place.socket), lease_(*place.lease) {
    end_.id = start.id;
    const sigset_t signals = watched_signals();
    signal_fd_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  EndMessage watch() {
    while (reap()) {
      look_at_lease();
      if (kill_at_ && now() >= *kill_at_) kill_now();
      wait();
    }
    return end_;
  }

 private:
  void look_at_lease() {
    if (end_.lease_ended != 0 || !lease_.has_ended(now())) return;
    end_.lease_ended = 1;
    kill_at_ = now();
  }

  // Until a signal, the server's death, or the next thing to do.
  void wait() {
    const SteadyTime next = std::min(kill_at_.value_or(SteadyTime::max()),
                                     end_.lease_ended != 0 ? SteadyTime::max() : lease_.look_at());
    const Duration left = std::min(next - std::min(now(), next), kIdle);
    pollfd ready[2] = {{signal_fd_, POLLIN, 0}, {server_fd_, 0, 0}};
    ::poll(ready, 2, static_cast<int>(std::chrono::ceil<milliseconds>(left).count()));
    if (ready[1].revents != 0) {
      server_fd_ = -1;  // seen once is enough
      kill_at_ = now();
    }
    signalfd_siginfo signal{};
    while (::read(signal_fd_, &signal, sizeof signal) == sizeof signal) act_on(signal);
  }

  void act_on(const signalfd_siginfo& signal) {
    const int value = signal.ssi_code == SI_QUEUE ? signal.ssi_int : 0;
    if (signal.ssi_signo == kStopSignal) stop_within(milliseconds{std::max(value, 0)});
    if (signal.ssi_signo == kKillSignal) kill_at_ = now();
  }

  // Collects every child that has ended; false when none is left.
  bool reap() {
    for (;;) {
      int status = 0;
      rusage used{};
      const pid_t pid = ::wait4(-1, &status, WNOHANG, &used);
      if (pid == 0) return true;
      if (pid < 0 && errno != EINTR) return false;
      if (pid == program_) program_ended(status, used);
    }
  }

  void program_ended(int status, const rusage& used) {
    running_ = false;
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
    const SteadyTime at = now() + grace;
    kill_at_ = kill_at_ ? std::min(*kill_at_, at) : at;
  }

  // First what a single call reaches: the program leads a process group. Then all others.
  void kill_now() {
    if (running_) ::kill(-program_, SIGKILL);
    kill_tree(::getpid());
    kill_at_ = now() + kKillAgain;
  }

  EndMessage end_;
  const int report_fd_;
  const pid_t program_;
  int server_fd_;
  int signal_fd_ = -1;
  bool running_ = true;  ///< Not reaped: its number is its own.
  LeaseWatch lease_;
  std::optional<SteadyTime> kill_at_;
};

}  // namespace

void run_keeper(StartMessage& start, const StandardFds& fds, const KeeperPlace& place) {
  const sigset_t signals = watched_signals();
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  ::signal(SIGCHLD, SIG_DFL);
  ::prctl(PR_SET_NAME, "rota-keeper", 0, 0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, kKillSignal, 0, 0, 0);
  if (::getppid() != place.warden) ::_exit(1);

  EndMessage end;
  end.id = start.id;
  int report[2] = {-1, -1};
  PrivateFolder folder;
  const bool ready = !start.private_folder || folder.make(start);
  const LastCheck check{::getpid(), place.lease};
  const pid_t program = ready && ::pipe2(report, O_CLOEXEC) == 0 ? ::fork() : -1;
  if (program == 0) {
    ::setpriority(PRIO_PROCESS, 0, place.nice);
    become_program(start, fds, report[1], check, folder.path());
  }
  if (program < 0) {
    end.failed_step = ready ? StartStep::kFork : StartStep::kPrivateFolder;
    end.failed_errno = errno;
  }
  base::wipe(start.environment);
  for (const int fd : {fds[0], fds[1], fds[2], report[1]}) ::close(fd);
  if (program > 0) end = Keeper(start, place, report[0], program).watch();
  end.files_left = folder.remove() ? 0 : 1;
  while (::send(place.socket, &end, sizeof end, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
  ::_exit(0);
}

}  // namespace rota::warden
