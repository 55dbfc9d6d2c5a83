#include "store/sqlite/database_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

namespace rota::store {
namespace {

// A file that is open in this process, with its users and the descriptors kept until the last goes.
struct OpenFile {
  std::string path;
  int users = 0;
  std::vector<int> fds;
};

// Never destroyed: stores may be closed very late.
struct OpenFiles {
  std::mutex mutex;
  std::map<FileIdentity, OpenFile> files;
};
OpenFiles& open_files() {
  static auto* const all = new OpenFiles;
  return *all;
}

constexpr const char* kUseOneName =
    "SQLite's log beside it goes by one name, and whoever uses another spoils the database: remove "
    "the other names ('find / -xdev -samefile FILE' shows them)";

std::string without_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? real.get() : std::string();
}

Error cannot_be_opened(const std::string& path, int why) {
  if (why == ENOENT || why == ENOTDIR) {
    return {ErrorCode::kNotFound,
            fmt::format("there is no database '{}'", path),
            "check the path; `rota serve --create` makes a new one",
            std::nullopt,
            {}};
  }
  return {ErrorCode::kUnavailable,
          fmt::format("the database file '{}' cannot be opened: {}", path, std::strerror(why)),
          "check that you may read and write it and its folder",
          std::nullopt,
          {}};
}

int open_here(const std::string& path, int access) {
  return ::open(path.c_str(), access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

FileIdentity identity_of(const struct stat& facts) { return {facts.st_dev, facts.st_ino}; }

// Adds a user. The first one opens a descriptor, which keeps the inode's number from being used for
// another file.
Result<void> join(OpenFiles& all, const std::string& path, const struct stat& facts) {
  OpenFile& file = all.files[identity_of(facts)];
  if (file.users > 0 && file.path != path) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("'{}' is open in this process as '{}'", path, file.path), kUseOneName);
  }
  if (file.users == 0) {
    int fd = open_here(path, O_RDWR);
    if (fd < 0) fd = open_here(path, O_RDONLY);
    if (fd < 0) {
      const int why = errno;
      all.files.erase(identity_of(facts));
      return fail(cannot_be_opened(path, why));
    }
    file.path = path;
    file.fds.push_back(fd);
  }
  ++file.users;
  return {};
}

}  // namespace

Result<std::shared_ptr<DatabaseFile>> DatabaseFile::open(const std::string& path) {
  std::string real = without_links(path);
  struct stat facts{};
  if (real.empty() || ::stat(real.c_str(), &facts) != 0) return fail(cannot_be_opened(path, errno));
  if (!S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::kUnavailable, "it is not a regular file", "name the database's file");
  }
  if (facts.st_nlink > 1) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the database file has {} names (hard links)", facts.st_nlink),
                kUseOneName);
  }
  OpenFiles& all = open_files();
  const std::lock_guard lock(all.mutex);
  if (auto joined = join(all, real, facts); !joined) return fail(std::move(joined.error()));
  return std::shared_ptr<DatabaseFile>(new DatabaseFile(std::move(real), identity_of(facts)));
}

DatabaseFile::~DatabaseFile() {
  OpenFiles& all = open_files();
  const std::lock_guard lock(all.mutex);
  const auto found = all.files.find(identity_);
  if (--found->second.users > 0) return;
  for (const int fd : found->second.fds) ::close(fd);
  all.files.erase(found);
}

Result<void> DatabaseFile::check_place() const {
  struct stat facts{};
  if (::lstat(path_.c_str(), &facts) != 0) {
    return fail(ErrorCode::kUnavailable,
                "the database's file is gone: it was moved or removed, or its disk is not mounted",
                fmt::format("bring it back to '{}'; this server then goes on by itself", path_));
  }
  if (identity_of(facts) != identity_) {
    return fail(ErrorCode::kUnavailable, "another file is in the place of the database",
                fmt::format("bring the first one back to '{}', or restart the server to use the "
                            "other",
                            path_));
  }
  return {};
}

int DatabaseFile::any_descriptor() const {
  OpenFiles& all = open_files();
  const std::lock_guard lock(all.mutex);
  return all.files.at(identity_).fds.front();
}

Result<int> DatabaseFile::open_description() {
  OpenFiles& all = open_files();
  const std::lock_guard lock(all.mutex);
  if (auto here = check_place(); !here) return fail(std::move(here.error()));
  const int fd = open_here(path_, O_RDWR);
  if (fd < 0) {
    return fail(
        ErrorCode::kReadOnly,
        fmt::format("the database file '{}' may not be written: {}", path_, std::strerror(errno)),
        "a server needs to write in the database; check the file's permissions");
  }
  all.files.at(identity_).fds.push_back(fd);  // before all else: now it is closed with the others
  struct stat facts{};
  if (::fstat(fd, &facts) == 0 && identity_of(facts) == identity_) return fd;
  return fail(ErrorCode::kUnavailable,
              fmt::format("'{}' was replaced by another file just now", path_), "try again");
}

}  // namespace rota::store
