#include "warden/warden.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "base/private_process.h"
#include "base/wipe.h"
#include "warden/keeper.h"
#include "warden/left_behind.h"
#include "warden/process_tree.h"
#include "warden/wire.h"

namespace rota::warden {
namespace {

constexpr int kSocketFd = 3;
constexpr int kFarewellRounds = 1000;  // of kLookAgainMs, then keepers are killed as well
constexpr int kLookAgainMs = 10;       // while something is to end
constexpr int kNiceWanted = -5;        // where that is permitted: ending programs comes first

class Warden {
 public:
  Warden(int socket, const LeasePage& lease, int nice)
      : socket_(socket), lease_(lease), nice_(nice) {}

  [[noreturn]] void serve() {
    signals_ = block_and_watch_signals();
    for (;;) {
      const short events = wait(true);
      // Requests that a dead server left unread are not begun any more.
      if ((events & (POLLHUP | POLLERR)) != 0) end_everything();
      reap();
      if ((events & POLLIN) != 0 && !read_message()) end_everything();
    }
  }

 private:
  // Ctrl-C and the like are for the server; the warden ends when the server has.
  static int block_and_watch_signals() {
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    return ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  // Until a child ends, the server says something, or it is time to look; what its socket says.
  short wait(bool for_server) {
    pollfd ready[2] = {{signals_, POLLIN, 0}, {for_server ? socket_ : -1, POLLIN, 0}};
    const int count = ::poll(ready, 2, wait_ms());
    signalfd_siginfo ignored{};
    while (::read(signals_, &ignored, sizeof ignored) > 0) {
    }
    return count > 0 ? ready[1].revents : short{0};
  }

  int wait_ms() const {
    return ending_ || !strays_.empty() || !reports_.empty() ? kLookAgainMs : -1;
  }

  // False at the end of the conversation.
  bool read_message() {
    StandardFds fds{-1, -1, -1};
    const ssize_t size = receive(fds);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (size == 0) return false;
    auto message = decode({buffer_, static_cast<std::size_t>(size)});
    ::explicit_bzero(buffer_, static_cast<std::size_t>(size));  // before a keeper gets a copy
    if (message && message->start) {
      start(*message->start, fds);
      base::wipe(message->start->environment);
    }
    if (message && message->stop) stop(*message->stop);
    if (message && message->hold) std::swap(held_, fds[0]);
    if (message && message->lease) {
      for (const auto& [pid, id] : keepers_) ::kill(pid, kLookSignal);
    }
    for (const int fd : fds) {
      if (fd >= 0) ::close(fd);
    }
    return message.has_value();
  }

  ssize_t receive(StandardFds& fds) {
    iovec bytes{buffer_, sizeof buffer_};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)];
    msghdr header{};
    header.msg_iov = &bytes;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    const ssize_t size = ::recvmsg(socket_, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    const cmsghdr* beside = size > 0 ? CMSG_FIRSTHDR(&header) : nullptr;
    if (beside != nullptr && beside->cmsg_type == SCM_RIGHTS &&
        beside->cmsg_len <= CMSG_LEN(sizeof fds)) {
      std::memcpy(fds.data(), CMSG_DATA(beside), beside->cmsg_len - CMSG_LEN(0));
    }
    return size;
  }

  void start(StartMessage& message, const StandardFds& fds) {
    if (auto mark = mark_of(held_); !mark.empty()) message.environment.push_back(std::move(mark));
    const KeeperPlace place{socket_, ::getpid(), nice_, &lease_};
    const pid_t keeper = ::fork();
    if (keeper == 0) run_keeper(message, fds, place);
    if (keeper > 0) {
      keepers_[keeper] = message.id;
    } else {
      report_failure(message.id, StartStep::kFork, errno);
    }
  }

  void stop(const StopMessage& message) {
    for (const auto& [pid, id] : keepers_) {
      if (id != message.id) continue;
      sigval value{};
      value.sival_int = static_cast<int>(message.grace_ms);
      ::sigqueue(pid, kStopSignal, value);
    }
  }

  // Collects keepers that have ended. One that was killed could not report, and its program's
  // descendants are the warden's children now: they are killed, and only when they are gone is the
  // end reported. False when no child is left.
  bool reap() {
    int status = 0;
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
      const auto found = keepers_.find(pid);
      if (found == keepers_.end()) continue;
      const bool reported = WIFEXITED(status) && WEXITSTATUS(status) == 0;
      if (!reported) killed_.emplace_back(found->second, status);
      keepers_.erase(found);
    }
    kill_strays();
    if (strays_.empty()) {
      for (const auto& [id, how] : killed_) report_failure(id, StartStep::kSupervisor, how);
      killed_.clear();
    }
    send_reports();
    return pid == 0;
  }

  void kill_strays() {
    strays_.clear();
    for (const pid_t pid : children_of(::getpid())) {
      if (keepers_.contains(pid)) continue;
      strays_.push_back(pid);
      kill_tree(pid);
      ::kill(pid, SIGKILL);
    }
  }

  void report_failure(std::uint64_t id, StartStep step, int error) {
    EndMessage end;
    end.id = id;
    end.failed_step = step;
    end.failed_errno = error;
    reports_.push_back(end);
    send_reports();
  }

  // Never waits: a server that is stopped does not read.
  void send_reports() {
    while (!reports_.empty()) {
      const ssize_t sent =
          ::send(socket_, &reports_.front(), sizeof(EndMessage), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)) return;
      reports_.pop_front();
    }
  }

  [[noreturn]] void end_everything() {
    ending_ = true;
    for (const auto& [pid, id] : keepers_) ::kill(pid, kKillSignal);
    for (int round = 0; reap(); ++round) {
      if (round == kFarewellRounds) {
        for (const auto& [pid, id] : keepers_) ::kill(pid, SIGKILL);
      }
      wait(false);
    }
    ::_exit(0);
  }

  const int socket_;
  const LeasePage& lease_;  ///< Keepers watch it.
  const int nice_;
  int signals_ = -1;
  int held_ = -1;  ///< Inherited by keepers, closed in programs.
  bool ending_ = false;
  std::map<pid_t, std::uint64_t> keepers_;
  std::vector<std::pair<std::uint64_t, int>> killed_;  ///< Keepers: id and how; not yet reported.
  std::vector<pid_t> strays_;
  std::deque<EndMessage> reports_;
  char buffer_[kMessageBytesMax];
};

// Ending programs must not wait behind them. Without the right to it nothing is lost but time.
int come_first() {
  const int usual = ::getpriority(PRIO_PROCESS, 0);
  ::setpriority(PRIO_PROCESS, 0, std::min(usual, kNiceWanted));
  return usual;
}

// Keeps the socket and nothing else of the server's files, and leaves its terminal.
void settle(int socket) {
  if (socket != kSocketFd) ::dup2(socket, kSocketFd);
  ::fcntl(kSocketFd, F_SETFD, FD_CLOEXEC);
  ::close_range(kSocketFd + 1, ~0u, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) ::dup2(nothing, fd);
  if (nothing > 2) ::close(nothing);
  ::setsid();
  [[maybe_unused]] const int moved = ::chdir("/");
  ::prctl(PR_SET_NAME, "rota-warden", 0, 0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  // No program of the same user may look into the warden or its keepers (ptrace, /proc/.../fd).
  base::make_process_private();
}

}  // namespace

void run_warden(int socket, const LeasePage& lease) {
  settle(socket);
  static Warden warden(kSocketFd, lease, come_first());
  warden.serve();
}

}  // namespace rota::warden
