// The JSON log file. Callers append to a buffer in memory; one thread swaps the buffer and writes
// it in one go, so that neither a slow disk nor many lines a second hold up a run.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log_line.h"
#include "base/private_folder.h"

namespace rota::base {
namespace {

constexpr std::size_t kPendingBytesMax = 8u << 20;  // waiting for a slow disk; more is dropped
constexpr std::size_t kPendingBytesHurry = 256u << 10;
constexpr auto kGather = std::chrono::milliseconds{5};
constexpr auto kMovedCheck = std::chrono::seconds{1};
constexpr auto kRoomCheck = std::chrono::seconds{1};  // while lines are owed to a full disk

// /dev/stdout and its like are links of the system's own.
bool is_device(const std::string& path) { return path.starts_with("/dev/"); }

// No symbolic link, by which another could have lines written into a file of the server's, and
// nothing that could make the open wait (a pipe without a reader). Sets errno when it answers -1.
int open_file(const std::string& path) {
  const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
                    (is_device(path) ? 0 : O_NOFOLLOW);
  const int fd = ::open(path.c_str(), flags, 0600);
  if (fd < 0) return -1;
  struct stat opened{};
  if (::fstat(fd, &opened) == 0 && (S_ISREG(opened.st_mode) || is_device(path))) {
    ::fcntl(fd, F_SETFL, O_WRONLY | O_APPEND);
    return fd;
  }
  ::close(fd);
  errno = EINVAL;
  return -1;
}

Error open_error(const std::string& path, int why) {
  std::string hint = "name another file with --log-file, or none with --log-file ''";
  std::string cause = std::strerror(why);
  if (why == ELOOP) {
    cause = "it is a symbolic link";
    hint =
        "name the file itself with --log-file: whoever may change a link could have any file of "
        "the server's overwritten";
  } else if (why == EINVAL || why == ENXIO) {
    cause = "it is not a file";
  }
  return Error{why == EROFS || why == EACCES ? ErrorCode::kReadOnly : ErrorCode::kIo,
               fmt::format("the log file '{}' cannot be opened: {}", path, cause),
               std::move(hint),
               std::nullopt,
               {}};
}

std::uint64_t count_lines(std::string_view bytes) {
  return static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

class FileLog final : public LogSink {
 public:
  FileLog(std::string path, int fd) : path_(std::move(path)), fd_(fd), writer_([this] { run(); }) {}

  ~FileLog() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    writer_.join();
    if (fd_ >= 0) ::close(fd_);
  }

  void write(Instant at, LogLevel level, std::string_view channel, std::string_view message,
             const LogField* fields, std::size_t count) override {
    thread_local LineBuffer line;
    line.clear();
    append_json_line(line, at, level, channel, message, fields, count);
    bool wake = false;
    {
      std::lock_guard lock(mutex_);
      if (pending_.size() + line.size() > kPendingBytesMax) {
        ++lost_;
        return;
      }
      wake = pending_.size() == 0 || (pending_.size() < kPendingBytesHurry &&
                                      pending_.size() + line.size() >= kPendingBytesHurry);
      pending_.append(line.data(), line.data() + line.size());
      ++appended_;
    }
    if (wake) wake_.notify_one();
  }

  void flush() override {
    std::unique_lock lock(mutex_);
    const std::uint64_t target = appended_;
    hurry_ = true;
    wake_.notify_one();
    written_changed_.wait(lock, [&] { return written_ >= target; });
  }

  void reopen() override {
    {
      std::lock_guard lock(mutex_);
      reopen_ = true;
      hurry_ = true;
    }
    wake_.notify_one();
  }

  std::uint64_t lost_lines() const override {
    std::lock_guard lock(mutex_);
    return lost_;
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      const auto has_work = [&] { return pending_.size() > 0 || hurry_ || stopping_; };
      if (lost_ > reported_ || !rest_.empty()) {
        wake_.wait_for(lock, kRoomCheck, has_work);
      } else {
        wake_.wait(lock, has_work);
      }
      if (!hurry_ && !stopping_) {
        wake_.wait_for(lock, kGather, [&] {
          return hurry_ || stopping_ || pending_.size() >= kPendingBytesHurry;
        });
      }
      std::swap(pending_, writing_);
      const std::uint64_t upto = appended_;
      const bool reopen_now = std::exchange(reopen_, false);
      hurry_ = false;
      const bool last = stopping_;
      const std::uint64_t owed = lost_ - reported_;
      lock.unlock();
      const Written written = write_out(reopen_now, owed);
      lock.lock();
      lost_ += written.lost;
      if (written.reported) reported_ += owed;
      written_ = upto;
      written_changed_.notify_all();
      if (last && pending_.size() == 0) return;
    }
  }

  struct Written {
    std::uint64_t lost = 0;  ///< Lines of the buffer that did not reach the file.
    bool reported = false;   ///< Those that were lost before have been said.
  };

  // Writes the swapped-out buffer, after what is still owed: the rest of a line that was cut, and
  // how many lines have been lost.
  Written write_out(bool reopen_now, std::uint64_t owed) {
    Written written;
    if (reopen_now || moved_away()) written.lost += open_again();
    rest_.erase(0, put(rest_));
    if (rest_.empty() && owed > 0) written.reported = put_whole_lines(report_of(owed)) == 0;
    const std::string_view bytes{writing_.data(), writing_.size()};
    written.lost += rest_.empty() ? put_whole_lines(bytes) : count_lines(bytes);
    writing_.clear();
    return written;
  }

  static std::string report_of(std::uint64_t lines) {
    LineBuffer line;
    const LogField count{"lines", static_cast<std::int64_t>(lines)};
    append_json_line(line, std::chrono::floor<Duration>(std::chrono::system_clock::now()),
                     LogLevel::kWarning, "log", "lines were lost: the disk was full or too slow",
                     &count, 1);
    return {line.data(), line.size()};
  }

  // Returns how many lines did not reach the file. None is cut: what a full disk took of one is
  // taken back; where that cannot be done, because another program has written behind it, its rest
  // comes first as soon as there is room.
  std::uint64_t put_whole_lines(std::string_view bytes) {
    const std::size_t done = put(bytes);
    const std::string_view left = bytes.substr(done);
    const std::uint64_t lost = count_lines(left);
    const std::size_t line = done == 0 ? 0 : bytes.rfind('\n', done - 1) + 1;
    if (lost == 0 || line == done || take_back(done - line)) return lost;
    rest_ = left.substr(0, left.find('\n') + 1);
    return lost - 1;
  }

  // Whether the last bytes of the file, which are ours, are gone from it.
  bool take_back(std::size_t bytes) const {
    struct stat facts{};
    const off_t end = ::lseek(fd_, 0, SEEK_CUR);  // behind what was written last
    if (end < 0 || ::fstat(fd_, &facts) != 0 || facts.st_size != end) return false;
    return ::ftruncate(fd_, end - static_cast<off_t>(bytes)) == 0;
  }

  // Bytes that reached the file.
  std::size_t put(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = ::write(fd_, bytes.data() + done, bytes.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  bool moved_away() {
    const auto now = std::chrono::steady_clock::now();
    if (now - checked_ < kMovedCheck) return false;
    checked_ = now;
    struct stat open_one{};
    struct stat named{};
    if (fd_ < 0 || ::fstat(fd_, &open_one) != 0) return true;
    return ::stat(path_.c_str(), &named) != 0 || named.st_ino != open_one.st_ino ||
           named.st_dev != open_one.st_dev;
  }

  // Returns how many lines are lost by it: one whose rest did not reach the old file.
  std::uint64_t open_again() {
    const int fd = open_file(path_);
    if (fd < 0) return 0;  // keep the old one: better an old name than no line
    rest_.erase(0, put(rest_));
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
    return std::exchange(rest_, {}).empty() ? 0 : 1;
  }

  const std::string path_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable written_changed_;
  LineBuffer pending_;
  std::uint64_t appended_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t reported_ = 0;  ///< Of them; a line in the file says so.
  bool hurry_ = false;
  bool reopen_ = false;
  bool stopping_ = false;

  // Of the writer's thread alone.
  int fd_;
  LineBuffer writing_;
  std::string rest_;  ///< Of a line whose beginning is in the file already.
  std::chrono::steady_clock::time_point checked_ = std::chrono::steady_clock::now();

  std::thread writer_;
};

}  // namespace

Result<std::shared_ptr<LogSink>> open_json_log(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (const std::error_code wrong = make_private_folder(folder); wrong) {
    return fail(open_error(path, wrong.value()));
  }
  const int fd = open_file(path);
  if (fd < 0) return fail(open_error(path, errno));
  return std::shared_ptr<LogSink>(std::make_shared<FileLog>(path, fd));
}

}  // namespace rota::base
