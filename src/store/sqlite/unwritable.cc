#include "store/sqlite/unwritable.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace rota::store {
namespace {

namespace fs = std::filesystem;

// Only a refusal counts; what else is wrong, SQLite finds out.
bool may_write(const std::string& path) {
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0) return true;
  return errno != EROFS && errno != EACCES && errno != EPERM;
}

bool exists(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0;
}

bool holds_bytes(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 && facts.st_size > 0;
}

}  // namespace

Result<bool> must_stay_as_it_is(const std::string& path) {
  if (!exists(path)) return false;
  const fs::path folder = fs::path(path).parent_path();
  if (may_write(folder.empty() ? "." : folder.string()) && may_write(path)) return false;
  // A server that runs, on this machine or through another mount, has made it.
  if (exists(path + "-shm")) return false;
  if (!holds_bytes(path + "-wal")) return true;
  return fail(
      ErrorCode::kReadOnly,
      fmt::format("'{}' may not be written, and the log beside it (-wal) holds changes that "
                  "can only be read by writing",
                  path),
      "copy the database and its -wal to a disk that may be written, and open the copy");
}

std::string immutable_name(const std::string& path) {
  std::string name = "file:";
  for (const char byte : path) {
    // Two slashes at the front would begin a host's name.
    if (byte == '/' && name == "file:/") continue;
    if (byte == '%' || byte == '?' || byte == '#') {
      name += fmt::format("%{:02x}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    } else {
      name += byte;
    }
  }
  return name + "?immutable=1";
}

}  // namespace rota::store
