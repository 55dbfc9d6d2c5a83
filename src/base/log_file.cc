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
      wake_.wait(lock, [&] { return pending_.size() > 0 || hurry_ || stopping_; });
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
      lock.unlock();
      const std::uint64_t lost = write_out(reopen_now);
      lock.lock();
      lost_ += lost;
      written_ = upto;
      written_changed_.notify_all();
      if (last && pending_.size() == 0) return;
    }
  }

  // Writes the swapped-out buffer; returns how many lines did not reach the file.
  std::uint64_t write_out(bool reopen_now) {
    if (reopen_now || moved_away()) open_again();
    const std::string_view bytes{writing_.data(), writing_.size()};
    // A line cut short by a full disk must not swallow the next one.
    if (torn_ && !bytes.empty()) torn_ = put("\n") != 1;
    const std::size_t done = torn_ ? 0 : put(bytes);
    if (done > 0) torn_ = bytes[done - 1] != '\n';
    const std::uint64_t lost = count_lines(bytes.substr(done));
    writing_.clear();
    return lost;
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

  void open_again() {
    const int fd = open_file(path_);
    if (fd < 0) return;  // keep the old one: better an old name than no line
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

  const std::string path_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable written_changed_;
  LineBuffer pending_;
  std::uint64_t appended_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t lost_ = 0;
  bool hurry_ = false;
  bool reopen_ = false;
  bool stopping_ = false;

  // Of the writer's thread alone.
  int fd_;
  LineBuffer writing_;
  bool torn_ = false;
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
