#include "handlers/folders.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/private_folder.h"

namespace rota::handlers {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> io_error(const fs::path& path, std::string_view what, int why) {
  return fail(why == ENOSPC || why == EDQUOT ? ErrorCode::kStorageFull : ErrorCode::kIo,
              fmt::format("'{}' cannot be {}: {}", path.string(), what, std::strerror(why)));
}

Instant changed_at(const struct stat& found) {
  return Instant{std::chrono::seconds{found.st_mtim.tv_sec} +
                 std::chrono::microseconds{found.st_mtim.tv_nsec / 1000}};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

Result<std::vector<FoundFile>> list_files(const fs::path& folder) {
  std::vector<FoundFile> files;
  std::error_code wrong;
  fs::directory_iterator entry(folder, wrong);
  if (wrong == std::errc::no_such_file_or_directory) return files;
  if (wrong) return io_error(folder, "read", wrong.value());
  for (; entry != fs::directory_iterator(); entry.increment(wrong)) {
    struct stat found{};
    if (::lstat(entry->path().c_str(), &found) != 0 || !S_ISREG(found.st_mode)) continue;
    files.push_back({entry->path(), static_cast<std::uint64_t>(found.st_size), changed_at(found)});
    if (wrong) break;
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

Result<void> make_folder(const fs::path& folder) {
  const std::error_code wrong = base::make_private_folder(folder);
  if (wrong) return io_error(folder, "made", wrong.value());
  return {};
}

Result<void> write_file(const fs::path& path, std::string_view bytes) {
  if (auto made = make_folder(path.parent_path()); !made) return made;
  const std::string partial = path.string() + ".partial";
  const int fd =
      ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return io_error(partial, "written", errno);
  const bool written = write_all(fd, bytes);
  const int why = errno;
  ::close(fd);
  if (written && ::rename(partial.c_str(), path.c_str()) == 0) return {};
  const int renaming = errno;
  ::unlink(partial.c_str());
  return io_error(path, "written", written ? renaming : why);
}

std::string compact_time(Instant at) {
  std::string text = format_utc(std::chrono::floor<std::chrono::seconds>(at));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

}  // namespace rota::handlers
