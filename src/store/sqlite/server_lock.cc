#include "store/sqlite/server_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace rota::store {
namespace {

std::string owner_of(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "of unknown number" : pid;
}

}  // namespace

ServerLock::~ServerLock() { release(); }

Result<void> ServerLock::acquire(const std::string& database) {
  if (fd_ >= 0) return {};
  const std::string path = database + ".lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(errno == EROFS || errno == EACCES ? ErrorCode::kReadOnly : ErrorCode::kIo,
                fmt::format("the lock file '{}' cannot be made: {}", path, std::strerror(errno)),
                "a server needs to write in the database's folder");
  }
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd, F_OFD_SETLK, &lock) != 0) {
    const std::string owner = owner_of(fd);
    ::close(fd);
    return fail(ErrorCode::kBusy,
                fmt::format("another server (process {}) already runs on this database", owner),
                "stop it first, or start this one with another --db");
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    ::close(fd);
    return fail(ErrorCode::kStorageFull, fmt::format("'{}' cannot be written", path));
  }
  fd_ = fd;
  return {};
}

void ServerLock::release() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace rota::store
