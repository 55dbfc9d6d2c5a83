#include "warden/child.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "rota/clock.h"

namespace rota::warden {
namespace {

constexpr int kReportFd = 3;

[[noreturn]] void give_up(int report_fd, StartStep step, int error) {
  const StartFailure failure{step, error};
  [[maybe_unused]] const ssize_t written = ::write(report_fd, &failure, sizeof failure);
  ::_exit(127);
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Moves the standard descriptors to 0, 1, 2 and the report to 3, and closes all others. First up
// and out of the way, so that no move overwrites one that is still needed.
int arrange_fds(const StandardFds& fds, int report_fd) {
  int high[4];
  for (int i = 0; i < 3; ++i) {
    high[i] = ::fcntl(fds[static_cast<std::size_t>(i)], F_DUPFD_CLOEXEC, 10);
  }
  high[3] = ::fcntl(report_fd, F_DUPFD_CLOEXEC, 10);
  for (int i = 0; i < 3; ++i) ::dup2(high[i], i);
  ::dup3(high[3], kReportFd, O_CLOEXEC);
  ::close_range(kReportFd + 1, ~0u, 0);
  return kReportFd;
}

bool limit(__rlimit_resource what, std::uint64_t most) {
  if (most == 0) return true;
  rlimit now{};
  ::getrlimit(what, &now);
  const rlim_t value = std::min<rlim_t>(most, now.rlim_max);
  const rlimit wanted{value, value};
  return ::setrlimit(what, &wanted) == 0;
}

bool set_limits(const handlers::ProcessLimits& limits) {
  const rlimit no_core{0, 0};
  return ::setrlimit(RLIMIT_CORE, &no_core) == 0 && limit(RLIMIT_CPU, limits.cpu_s) &&
         limit(RLIMIT_AS, limits.memory_bytes) && limit(RLIMIT_FSIZE, limits.file_bytes) &&
         limit(RLIMIT_NOFILE, limits.open_files);
}

bool change_user(const StartMessage& start) {
  if (!start.change_user) return true;
  return ::setgroups(start.groups.size(), start.groups.data()) == 0 &&
         ::setresgid(start.gid, start.gid, start.gid) == 0 &&
         ::setresuid(start.uid, start.uid, start.uid) == 0;
}

}  // namespace

bool LastCheck::may_begin() const {
  return ::getppid() == keeper && !LeaseWatch(*lease).has_ended(SystemClock().steady_now());
}

void become_program(const StartMessage& start, const StandardFds& fds, int report_fd,
                    const LastCheck& check) {
  ::setsid();
  const int report = arrange_fds(fds, report_fd);
  ::umask(077);
  if (!set_limits(start.limits)) give_up(report, StartStep::kLimits, errno);
  if (!change_user(start)) give_up(report, StartStep::kUser, errno);
  if (::geteuid() == 0 && !start.allow_root) give_up(report, StartStep::kRoot, EPERM);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Whoever kills the keeper must not keep the program. Set after the change of user, which
  // clears it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (!check.may_begin()) give_up(report, StartStep::kLease, ESTALE);
  if (::chdir(start.folder.c_str()) != 0) give_up(report, StartStep::kFolder, errno);

  std::vector<char*> argv;
  for (const auto& word : start.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (const auto& one : start.environment) environment.push_back(const_cast<char*>(one.c_str()));
  environment.push_back(nullptr);
  reset_signals();
  ::execve(start.program.c_str(), argv.data(), environment.data());
  give_up(report, StartStep::kProgram, errno);
}

}  // namespace rota::warden
