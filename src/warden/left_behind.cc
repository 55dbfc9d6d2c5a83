#include "warden/left_behind.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "rota/clock.h"

namespace rota::warden {
namespace {

constexpr int kLookAgainMs = 10;
constexpr std::size_t kEnvironmentBytesMax = 4 << 20;

std::string read_environment(const char* pid) {
  std::string text;
  const int fd = ::open(("/proc/" + std::string(pid) + "/environ").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char piece[16'384];
  for (ssize_t n = 0;
       text.size() < kEnvironmentBytesMax && (n = ::read(fd, piece, sizeof piece)) > 0;) {
    text.append(piece, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return text;
}

bool has_entry(const std::string& environment, const std::string& entry) {
  const std::string whole = entry + '\0';
  for (std::size_t at = environment.find(whole); at != std::string::npos;
       at = environment.find(whole, at + 1)) {
    if (at == 0 || environment[at - 1] == '\0') return true;
  }
  return false;
}

}  // namespace

std::string mark_of(int held_fd) {
  struct stat facts{};
  if (held_fd < 0 || ::fstat(held_fd, &facts) != 0) return {};
  return "ROTA_KEPT_FOR=" + std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino);
}

std::vector<pid_t> find_marked(const std::string& mark) {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0 || pid == ::getpid()) continue;
    if (has_entry(read_environment(entry->d_name), mark)) found.push_back(pid);
  }
  return found;
}

Ended end_marked(const std::string& mark, Duration most) {
  Ended ended;
  if (mark.empty()) return ended;
  const SystemClock clock;
  const SteadyTime until = clock.steady_now() + most;
  for (;;) {
    const std::vector<pid_t> found = find_marked(mark);
    if (found.empty()) return ended;
    for (const pid_t pid : found) {
      ::kill(pid, SIGKILL);
      if (std::ranges::find(ended.pids, pid) == ended.pids.end()) ended.pids.push_back(pid);
    }
    if (clock.steady_now() >= until) {
      ended.gone = false;
      return ended;
    }
    ::poll(nullptr, 0, kLookAgainMs);
  }
}

}  // namespace rota::warden
