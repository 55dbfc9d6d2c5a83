#include "store/sqlite/watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>

namespace rota::store {
namespace {

// Between two looks: long enough for a burst of writes to count once, short beside 50 ms.
constexpr std::chrono::milliseconds kBreath{4};

// Another program's commit can be read only once it has synced the log, a little after its last
// write to the file, and nothing tells of that moment. So we look again, ever more slowly.
constexpr int kLookAgainFirstMs = 4;
constexpr int kLookAgainLastMs = 512;
constexpr int kForEver = -1;

int look_again_after(int waited_ms) {
  return waited_ms >= kLookAgainLastMs ? kForEver : waited_ms * 2;
}

}  // namespace

Watcher::Watcher(std::string database, std::function<bool()> others_wrote)
    : database_(std::move(database)),
      others_wrote_(std::move(others_wrote)),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Watcher::~Watcher() {
  stop();
  ::close(wake_fd_);
}

void Watcher::watch(std::function<void()> on_change) {
  const std::lock_guard lock(control_);
  stop();
  if (!on_change) return;
  inotify_fd_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  std::filesystem::path folder = std::filesystem::path(database_).parent_path();
  if (folder.empty()) folder = ".";
  if (inotify_fd_ >= 0) ::inotify_add_watch(inotify_fd_, folder.c_str(), IN_MODIFY | IN_CREATE);
  (void)others_wrote_();
  stopping_ = false;
  thread_ = std::thread([this, callback = std::move(on_change)] { loop(callback); });
}

void Watcher::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  ::eventfd_write(wake_fd_, 1);
  thread_.join();
  if (inotify_fd_ >= 0) ::close(inotify_fd_);
  inotify_fd_ = -1;
}

void Watcher::tell() {
  told_ = true;
  ::eventfd_write(wake_fd_, 1);
}

void Watcher::loop(const std::function<void()>& on_change) {
  int wait_ms = kForEver;
  while (!stopping_) {
    std::array<pollfd, 2> fds{{{wake_fd_, POLLIN, 0}, {inotify_fd_, POLLIN, 0}}};
    const int ready = ::poll(fds.data(), fds.size(), wait_ms);
    if (ready < 0) continue;
    eventfd_t ignored = 0;
    ::eventfd_read(wake_fd_, &ignored);
    if (stopping_) return;
    const bool file_changed = drain_notices();
    const bool told = told_.exchange(false);
    const bool looking = file_changed || ready == 0;
    if (told || (looking && others_wrote_())) on_change();
    if (looking) wait_ms = file_changed ? kLookAgainFirstMs : look_again_after(wait_ms);
    std::this_thread::sleep_for(kBreath);
  }
}

// True when one of the notices is about the database itself or its write-ahead log.
bool Watcher::drain_notices() {
  const std::string name = std::filesystem::path(database_).filename().string();
  alignas(inotify_event) std::array<char, 8192> buffer{};
  bool ours = false;
  for (;;) {
    const ssize_t size = ::read(inotify_fd_, buffer.data(), buffer.size());
    if (size <= 0) return ours;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string file(event.len > 0 ? buffer.data() + at + sizeof event : "");
      ours = ours || (event.mask & IN_Q_OVERFLOW) != 0 || file == name || file == name + "-wal";
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

}  // namespace rota::store
