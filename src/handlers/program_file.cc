#include "handlers/program_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <deque>
#include <vector>

#include "base/mask.h"

namespace rota::handlers {
namespace {

constexpr int kLinksMax = 40;  // as the kernel's own walk

std::string shown(const std::string& path) { return base::masked_line(nullptr, path, 200); }

void split_before(std::deque<std::string>& parts, std::string_view path) {
  std::size_t at = 0;
  std::vector<std::string> found;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) found.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  parts.insert(parts.begin(), found.begin(), found.end());
}

// Goes a path part by part, as the kernel would, but stops at what it may not trust.
class Walk {
 public:
  Walk(std::string path, bool any, uid_t operator_id)
      : path_(std::move(path)), any_(any), operator_id_(operator_id) {}
  ~Walk() {
    for (const Step& step : steps_) ::close(step.fd);
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  Result<void> go() {
    std::deque<std::string> parts;
    split_before(parts, path_);
    if (auto root = enter(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), ""); !root) return root;
    while (!parts.empty()) {
      const std::string part = std::move(parts.front());
      parts.pop_front();
      if (!S_ISDIR(steps_.back().facts.st_mode)) return fail(missing(ENOTDIR));
      if (part == ".") continue;
      if (part == "..") {
        leave();
        continue;
      }
      const int fd = ::openat(steps_.back().fd, part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
      if (fd < 0) return fail(missing(errno));
      struct stat facts{};
      if (::fstat(fd, &facts) == 0 && S_ISLNK(facts.st_mode)) {
        auto followed = follow(fd, parts);
        ::close(fd);
        if (!followed) return followed;
      } else if (auto entered = enter(fd, part); !entered) {
        return entered;
      }
    }
    return {};
  }

  std::string real_path() const {
    std::string path;
    for (const Step& step : steps_) path += step.name.empty() ? "" : "/" + step.name;
    return path.empty() ? "/" : path;
  }
  const struct stat& facts() const { return steps_.back().facts; }
  int take_fd() { return std::exchange(steps_.back().fd, -1); }

 private:
  struct Step {
    int fd;
    std::string name;
    struct stat facts;
  };

  Error missing(int error) const {
    return {ErrorCode::kNotFound,
            fmt::format("'{}' is not a program on this machine: {}", shown(path_),
                        std::strerror(error)),
            {},
            std::nullopt,
            {}};
  }

  Result<void> follow(int link, std::deque<std::string>& parts) {
    if (++links_ > kLinksMax) return fail(missing(ELOOP));
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(link, "", target.data(), target.size());
    if (size <= 0) return fail(missing(errno));
    const std::string_view to{target.data(), static_cast<std::size_t>(size)};
    while (to.starts_with('/') && steps_.size() > 1) leave();
    split_before(parts, to);
    return {};
  }

  Result<void> enter(int fd, const std::string& name) {
    Step step{fd, name, {}};
    if (fd < 0 || ::fstat(fd, &step.facts) != 0) {
      const int why = errno;
      if (fd >= 0) ::close(fd);
      return fail(missing(why));
    }
    steps_.push_back(step);
    return any_ ? Result<void>{} : judge(step.facts);
  }

  void leave() {
    if (steps_.size() < 2) return;
    ::close(steps_.back().fd);
    steps_.pop_back();
  }

  // A sticky folder like /tmp is no better: whoever may write there may put a file where none is.
  Result<void> judge(const struct stat& facts) const {
    const std::string here = shown(real_path());
    const bool folder = S_ISDIR(facts.st_mode);
    const auto refuse = [&](std::string why, std::string hint) -> Result<void> {
      return fail(ErrorCode::kNotAllowedHere,
                  fmt::format("'{}' is not started: {}", shown(path_), std::move(why)),
                  std::move(hint));
    };
    if (facts.st_uid != 0 && facts.st_uid != operator_id_) {
      return refuse(fmt::format("the {} {} belongs to user {}, who could change it",
                                folder ? "folder" : "file", here, facts.st_uid),
                    fmt::format("chown root {}, or the user that starts the server", here));
    }
    if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      const bool everybody = (facts.st_mode & S_IWOTH) != 0;
      return refuse(fmt::format("{} may write the {} {}", everybody ? "everybody" : "its group",
                                folder ? "folder" : "file", here),
                    fmt::format("chmod go-w {}, or keep the program elsewhere", here));
    }
    return {};
  }

  const std::string path_;
  const bool any_;
  const uid_t operator_id_;
  std::vector<Step> steps_;
  int links_ = 0;
};

}  // namespace

Result<ProgramFile> open_program(const std::string& path, const ProgramTrust& trust) {
  std::string within;
  if (!trust.within.empty()) {
    auto folder = check_program_folder(trust.within, trust.operator_id);
    if (!folder) return fail(std::move(folder.error()));
    within = *folder == "/" ? *folder : *folder + "/";
  }
  Walk walk(path, trust.any, trust.operator_id);
  if (auto there = walk.go(); !there) return fail(std::move(there.error()));
  ProgramFile file{-1, walk.real_path()};
  if (!S_ISREG(walk.facts().st_mode) ||
      (walk.facts().st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' is not a program on this machine", shown(path)));
  }
  if (!file.real_path.starts_with(within)) {
    return fail(ErrorCode::kNotAllowedHere,
                fmt::format("'{}' is not started: it leads out of {} to {}", shown(path),
                            trust.within, shown(file.real_path)),
                fmt::format("start the server with --allow-command {}", file.real_path));
  }
  file.fd = walk.take_fd();
  return file;
}

Result<std::string> check_program_folder(const std::string& path, uid_t operator_id) {
  Walk walk(path, false, operator_id);
  if (auto there = walk.go(); !there) return fail(std::move(there.error()));
  if (S_ISDIR(walk.facts().st_mode)) return walk.real_path();
  return fail(ErrorCode::kNotFound, fmt::format("'{}' is not a folder", shown(path)));
}

}  // namespace rota::handlers
