#include "warden/private_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "warden/user.h"

namespace rota::warden {
namespace {

constexpr int kNamesTried = 100;

// A folder that its owner made unreadable, opened after all; never through a link.
int open_below(int folder, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const int plain = ::openat(folder, name, kFlags);
  if (plain >= 0) {
    ::fchmod(plain, 0700);
    return plain;
  }
  const int path = ::openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (path < 0) return -1;
  ::chmod(("/proc/self/fd/" + std::to_string(path)).c_str(), 0700);
  const int opened = ::openat(path, ".", kFlags);
  ::close(path);
  return opened;
}

template <class Visit>
void for_each_entry(int folder, Visit visit) {
  DIR* const entries = ::fdopendir(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (entries == nullptr) return;
  while (const dirent* entry = ::readdir(entries)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") visit(name.c_str());
  }
  ::closedir(entries);
}

// Removes files, and moves the folders of one folder up beside it, so that two open folders are
// enough for a tree of any depth. False when nothing could be done.
class Emptying {
 public:
  explicit Emptying(int base) : base_(base) {}

  bool run() {
    for (bool progress = true; progress;) {
      progress = false;
      bool empty = true;
      for_each_entry(base_, [&](const char* name) {
        empty = false;
        progress = take_away(name) || progress;
      });
      if (empty) return true;
    }
    return false;
  }

 private:
  bool take_away(const char* name) {
    if (::unlinkat(base_, name, 0) == 0) return true;
    if (::unlinkat(base_, name, AT_REMOVEDIR) == 0) return true;
    const int folder = open_below(base_, name);
    if (folder < 0) return false;
    bool moved = false;
    for_each_entry(folder, [&](const char* inner) { moved = raise(folder, inner) || moved; });
    ::close(folder);
    return ::unlinkat(base_, name, AT_REMOVEDIR) == 0 || moved;
  }

  bool raise(int folder, const char* name) {
    if (::unlinkat(folder, name, 0) == 0) return true;
    if (::unlinkat(folder, name, AT_REMOVEDIR) == 0) return true;
    const int opened = open_below(folder, name);  // to move it one must be able to write it
    if (opened >= 0) ::close(opened);
    for (int tries = 0; tries < kNamesTried; ++tries) {
      const std::string fresh = ".removed-" + std::to_string(++count_);
      if (::renameat(folder, name, base_, fresh.c_str()) == 0) return true;
      if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) return false;
    }
    return false;
  }

  const int base_;
  std::uint64_t count_ = 0;
};

// In a sticky folder only its owner may remove it, so that is done here as well.
[[noreturn]] void remove_and_exit(const StartMessage& start, int folder, const char* path) {
  ::signal(SIGALRM, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::alarm(PrivateFolder::kRemoveSeconds);
  if (!take_user(start)) ::_exit(1);
  ::fchmod(folder, 0700);
  const bool empty = Emptying(folder).run();
  ::_exit(empty && ::rmdir(path) == 0 ? 0 : 1);
}

// The server's own may be closed to another user (/tmp/user/0).
std::string parent_folder(const StartMessage& start) {
  const char* named = std::getenv("TMPDIR");
  return !start.change_user && named != nullptr && named[0] == '/' ? named : "/tmp";
}

}  // namespace

bool PrivateFolder::make(const StartMessage& start) {
  start_ = &start;
  std::string path = parent_folder(start) + "/rota-run-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return false;
  path_ = path;
  fd_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return fd_ >= 0 && (!start.change_user || ::fchown(fd_, start.uid, start.gid) == 0);
}

bool PrivateFolder::remove() {
  if (path_.empty()) return true;
  if (::rmdir(path_.c_str()) == 0) return true;
  const pid_t child = fd_ >= 0 ? ::fork() : -1;
  if (child == 0) remove_and_exit(*start_, fd_, path_.c_str());
  if (child < 0) return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || ::rmdir(path_.c_str()) == 0 ||
         errno == ENOENT;
}

}  // namespace rota::warden
