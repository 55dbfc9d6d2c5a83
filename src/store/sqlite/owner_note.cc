#include "store/sqlite/owner_note.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

namespace rota::store {
namespace {

constexpr std::size_t kNoteBytesMax = 256;
constexpr std::size_t kProcessesMax = 1000;

std::string path_of(const std::string& database) { return database + ".lock"; }

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct ProcessFacts {
  char state = 0;  ///< 0: there is no such process.
  std::int64_t started = 0;
};

// Fields 3 and 22 of /proc/PID/stat; the name before them may hold anything but a last ')'.
ProcessFacts facts_of(pid_t pid) {
  const std::string stat = read_text(fmt::format("/proc/{}/stat", pid));
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(stat.substr(name_end + 1));
  ProcessFacts facts;
  fields >> facts.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> facts.started;
  return facts;
}

// A process that was sent SIGKILL may take a while to go.
bool is_being_killed(pid_t pid) {
  std::istringstream status(read_text(fmt::format("/proc/{}/status", pid)));
  constexpr std::uint64_t kKill = std::uint64_t{1} << (SIGKILL - 1);
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigPnd:") && !line.starts_with("ShdPnd:")) continue;
    if ((std::strtoull(line.c_str() + 7, nullptr, 16) & kKill) != 0) return true;
  }
  return false;
}

}  // namespace

OwnerState state_of(const OwnerNote& note) {
  if (note.server <= 0) return OwnerState::kUnknown;
  const ProcessFacts facts = facts_of(note.server);
  const bool same = facts.started == note.server_started || note.server_started == 0;
  if (facts.state == 0 || !same) return OwnerState::kGone;
  if (std::strchr("ZXx", facts.state) != nullptr || is_being_killed(note.server)) {
    return OwnerState::kEnding;
  }
  return facts.state == 'T' ? OwnerState::kStopped : OwnerState::kRunning;
}

std::string describe(const OwnerNote& note) {
  switch (state_of(note)) {
    case OwnerState::kUnknown:
      return "process of unknown number";
    case OwnerState::kStopped:
      return fmt::format("process {}, which is stopped (SIGSTOP)", note.server);
    case OwnerState::kEnding:
      return fmt::format("process {}, which is ending", note.server);
    case OwnerState::kGone:
      return fmt::format("it was process {}, which is gone or cannot be seen from here",
                         note.server);
    case OwnerState::kRunning:
      break;
  }
  return fmt::format("process {}", note.server);
}

OwnerNote read_owner_note(const std::string& database) {
  OwnerNote note;
  const int fd = ::open(path_of(database).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return note;
  std::array<char, kNoteBytesMax> bytes{};
  const ssize_t size = ::pread(fd, bytes.data(), bytes.size() - 1, 0);
  ::close(fd);
  std::istringstream text(std::string(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0));
  text >> note.server >> note.server_started >> note.supervisor;
  return note;
}

OwnerNote make_owner_note(pid_t supervisor) {
  return {::getpid(), facts_of(::getpid()).started, supervisor};
}

// The number of the server alone in the first line, as older versions have it.
void write_owner_note(int fd, const OwnerNote& note) {
  const std::string text =
      fmt::format("{}\n{} {}\n", note.server, note.server_started, note.supervisor);
  if (::ftruncate(fd, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(fd, text.data(), text.size(), 0);
}

Result<int> open_owner_note(const std::string& database) {
  const std::string path = path_of(database);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  struct stat facts{};
  if (fd >= 0 && ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) return fd;
  const int why = fd < 0 ? errno : EINVAL;
  if (fd >= 0) ::close(fd);
  if (why == ELOOP || why == EINVAL) {
    return fail(ErrorCode::kIo, fmt::format("'{}' is a link or no regular file", path),
                "somebody put it there: remove it, and look at who may write in this folder");
  }
  return fail(why == EROFS || why == EACCES ? ErrorCode::kReadOnly : ErrorCode::kIo,
              fmt::format("the file '{}' cannot be made: {}", path, std::strerror(why)),
              "a server needs to write in the database's folder");
}

std::vector<pid_t> processes_below(pid_t supervisor) {
  std::vector<pid_t> found;
  if (supervisor <= 0) return found;
  std::vector<pid_t> parents{supervisor};
  for (std::size_t i = 0; i < parents.size() && parents.size() < kProcessesMax; ++i) {
    std::istringstream children(
        read_text(fmt::format("/proc/{}/task/{}/children", parents[i], parents[i])));
    for (pid_t pid = 0; children >> pid;) {
      found.push_back(pid);
      parents.push_back(pid);
    }
  }
  return found;
}

}  // namespace rota::store
