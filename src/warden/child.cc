#include "warden/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "handlers/program_file.h"
#include "rota/clock.h"
#include "warden/sandbox.h"
#include "warden/user.h"

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
         limit(RLIMIT_NOFILE, limits.open_files) && limit(RLIMIT_NPROC, limits.processes);
}

// A program may open its own standard streams by name (/dev/stderr): the pipes become its user's.
bool hand_over_streams(const StartMessage& start) {
  if (!start.change_user) return true;
  for (int fd = 0; fd < 3; ++fd) {
    if (::fchown(fd, start.uid, start.gid) != 0) return false;
  }
  return true;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

// Starts the very file that was judged, by its descriptor. A script is started by its path, because
// its interpreter opens it once more and its own name ($0, `dirname "$0"`, modules beside it) must
// lead to it: the kernel says ENOENT for a script whose descriptor closes on exec. Between the
// judgement and that second look only root and the server's operator could put another file there:
// every folder and link on the way has just been found to be theirs and closed to others.
void execute(const StartMessage& start, int program, const std::vector<std::string>& environment) {
  const std::vector<char*> arguments = pointers_to(start.argv);
  const std::vector<char*> variables = pointers_to(environment);
  ::execveat(program, "", arguments.data(), variables.data(), AT_EMPTY_PATH);
  if (errno == ENOENT) ::execve(start.program.c_str(), arguments.data(), variables.data());
}

StartStep step_of(ErrorCode code) {
  return code == ErrorCode::kNotAllowedHere ? StartStep::kUntrusted : StartStep::kProgram;
}

}  // namespace

bool LastCheck::may_begin() const {
  return ::getppid() == keeper && !LeaseWatch(*lease).has_ended(SystemClock().steady_now());
}

void become_program(const StartMessage& start, const StandardFds& fds, int report_fd,
                    const LastCheck& check, const std::string& own_folder) {
  ::setsid();
  const int report = arrange_fds(fds, report_fd);
  ::umask(077);
  if (!set_limits(start.limits)) give_up(report, StartStep::kLimits, errno);
  if (!hand_over_streams(start) || !take_user(start)) give_up(report, StartStep::kUser, errno);
  if (::geteuid() == 0 && !start.allow_root) give_up(report, StartStep::kRoot, EPERM);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Whoever kills the keeper must not keep the program. Set after the change of user, which
  // clears it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (!check.may_begin()) give_up(report, StartStep::kLease, ESTALE);
  if (::chdir(start.folder.c_str()) != 0) give_up(report, StartStep::kFolder, errno);
  errno = 0;
  const auto program = handlers::open_program(start.program, start.trust);
  if (!program) give_up(report, step_of(program.error().code), errno != 0 ? errno : EACCES);

  std::vector<std::string> environment = start.environment;
  if (!own_folder.empty()) environment.push_back("TMPDIR=" + own_folder);
  if (start.sandbox.on && !enter_sandbox(start.sandbox, own_folder)) {
    give_up(report, StartStep::kSandbox, errno);
  }
  reset_signals();
  execute(start, program->fd, environment);
  give_up(report, StartStep::kProgram, errno);
}

}  // namespace rota::warden
