#include "warden/warden.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "base/private_process.h"
#include "base/wipe.h"
#include "warden/keeper.h"
#include "warden/process_tree.h"
#include "warden/wire.h"

namespace rota::warden {
namespace {

constexpr int kSocketFd = 3;
constexpr int kFarewellRounds = 200;  // of kFarewellPoll, then keepers are killed as well
constexpr int kFarewellPoll = 50;     // ms

class Warden {
 public:
  explicit Warden(int socket) : socket_(socket) {}

  [[noreturn]] void serve() {
    const int signals = block_and_watch_signals();
    for (;;) {
      pollfd ready[2] = {{socket_, POLLIN, 0}, {signals, POLLIN, 0}};
      if (::poll(ready, 2, -1) < 0) continue;
      if (ready[1].revents != 0) {
        signalfd_siginfo ignored{};
        while (::read(signals, &ignored, sizeof ignored) > 0) {
        }
        reap();
      }
      if (ready[0].revents != 0 && !read_message()) end_everything();
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
        beside->cmsg_len == CMSG_LEN(sizeof fds)) {
      std::memcpy(fds.data(), CMSG_DATA(beside), sizeof fds);
    }
    return size;
  }

  void start(StartMessage& message, const StandardFds& fds) {
    const pid_t self = ::getpid();
    const pid_t keeper = ::fork();
    if (keeper == 0) run_keeper(message, fds, socket_, self);
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
  // descendants are the warden's children now.
  void reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto found = keepers_.find(pid);
      if (found == keepers_.end()) continue;
      const bool reported = WIFEXITED(status) && WEXITSTATUS(status) == 0;
      if (!reported) report_failure(found->second, StartStep::kSupervisor, status);
      keepers_.erase(found);
    }
    kill_strays();
  }

  void kill_strays() {
    for (const pid_t pid : children_of(::getpid())) {
      if (keepers_.contains(pid)) continue;
      kill_tree(pid);
      ::kill(pid, SIGKILL);
    }
  }

  void report_failure(std::uint64_t id, StartStep step, int error) {
    EndMessage end;
    end.id = id;
    end.failed_step = step;
    end.failed_errno = error;
    while (::send(socket_, &end, sizeof end, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
  }

  [[noreturn]] void end_everything() {
    for (const auto& [pid, id] : keepers_) ::kill(pid, kKillSignal);
    for (int round = 0; !keepers_.empty() || !children_of(::getpid()).empty(); ++round) {
      ::poll(nullptr, 0, round == 0 ? 1 : kFarewellPoll);
      reap();
      if (round == kFarewellRounds) {
        for (const auto& [pid, id] : keepers_) ::kill(pid, SIGKILL);
      }
    }
    ::_exit(0);
  }

  const int socket_;
  std::map<pid_t, std::uint64_t> keepers_;
  char buffer_[kMessageBytesMax];
};

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

void run_warden(int socket) {
  settle(socket);
  static Warden warden(kSocketFd);
  warden.serve();
}

}  // namespace rota::warden
