#include "config/config_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace rota::config {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> fail_to_read(const std::string& path, int number) {
  const bool absent = number == ENOENT || number == ENOTDIR;
  return fail(absent ? ErrorCode::kNotFound : ErrorCode::kIo,
              fmt::format("the configuration file {} cannot be read: {}", path,
                          std::generic_category().message(number)),
              "name another with --config or ROTA_CONFIG, or make this one");
}

Result<void> check_owner(const std::string& path, const struct stat& facts) {
  if (!S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::kIo, fmt::format("{} is not a file", path),
                "give --config the path of a file in TOML");
  }
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorCode::kPermissionDenied,
                fmt::format("others may write {}, which decides what programs may run", path),
                fmt::format("take that away: chmod go-w {}", path));
  }
  if (facts.st_uid != 0 && facts.st_uid != geteuid()) {
    return fail(
        ErrorCode::kPermissionDenied,
        fmt::format("{} belongs to another user, who could change what programs may run", path),
        fmt::format("give it to root or to the server's user: chown root {}", path));
  }
  return {};
}

}  // namespace

Result<std::string> read_config_file(const std::string& path) {
  // Without O_NONBLOCK a named pipe would wait for a writer.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts{};
  if (file.number() < 0 || fstat(file.number(), &facts) != 0) return fail_to_read(path, errno);
  if (auto ours = check_owner(path, facts); !ours) return fail(std::move(ours.error()));
  std::string text(kFileBytesMax + 1, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = read(file.number(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_to_read(path, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > kFileBytesMax) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{} is larger than {} bytes", path, kFileBytesMax),
                "is this the right file? A configuration has a few lines");
  }
  text.resize(filled);
  return text;
}

}  // namespace rota::config
