#include "store/sqlite/server_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "store/sqlite/owner_note.h"

namespace rota::store {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookAgain{20};
constexpr std::chrono::seconds kSayAgain{5};
constexpr std::size_t kProcessesShown = 8;
constexpr std::int64_t kWholeFile = 0;

struct flock lock_of(short type, std::int64_t start) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = start == kWholeFile ? 0 : 1;
  return lock;
}

bool try_lock(int fd, std::int64_t start) {
  struct flock lock = lock_of(F_WRLCK, start);
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

void unlock(int fd, std::int64_t start) {
  struct flock lock = lock_of(F_UNLCK, start);
  if (fd >= 0) ::fcntl(fd, F_OFD_SETLK, &lock);
}

bool is_locked_by_another(int fd, std::int64_t start) {
  struct flock lock = lock_of(F_WRLCK, start);
  return ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Error another_server(const OwnerNote& note) {
  return {ErrorCode::kBusy,
          fmt::format("another server ({}) already runs on this database", describe(note)),
          "stop it first, or start this one with another --db",
          std::nullopt,
          {}};
}

std::string list_of(const std::vector<pid_t>& pids) {
  const auto shown = static_cast<std::ptrdiff_t>(std::min(pids.size(), kProcessesShown));
  std::string text = fmt::format("{}", fmt::join(pids.begin(), pids.begin() + shown, ", "));
  if (pids.size() > kProcessesShown) text += " ...";
  return text;
}

// What still runs below the supervisor of a dead server; the supervisor ends last.
std::string remains_of(const OwnerNote& note) {
  std::vector<pid_t> pids = processes_below(note.supervisor);
  if (note.supervisor > 0) pids.push_back(note.supervisor);
  const std::string numbers = pids.empty() ? "" : fmt::format(" (processes {})", list_of(pids));
  return fmt::format("programs of the server before, process {},{} are still ending", note.server,
                     numbers);
}

}  // namespace

// The bound of all waiting for one acquire(), and who hears of it.
class ServerLock::Wait {
 public:
  explicit Wait(const OwnerWait& options) : options_(options) {}

  /// Waits a little; false when it was long enough. `what` says what for.
  template <class Describe>
  bool go_on(Describe what) {
    const auto now = Steady::now();
    if (now >= began_ + options_.most || (options_.go_on && !options_.go_on())) return false;
    if (options_.on_wait && now >= say_at_) {
      options_.on_wait(fmt::format("{}; waited {} of {} s", what(), seconds(now - began_),
                                   seconds(options_.most)));
      say_at_ = now + kSayAgain;
    }
    std::this_thread::sleep_for(kLookAgain);
    return true;
  }

  static std::int64_t seconds(Steady::duration time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
  }
  std::int64_t waited_s() const { return seconds(Steady::now() - began_); }

 private:
  const OwnerWait& options_;
  const Steady::time_point began_ = Steady::now();
  Steady::time_point say_at_ = began_;
};

ServerLock::~ServerLock() {
  release();
  if (note_fd_ >= 0) ::close(note_fd_);
}

Result<void> ServerLock::open_descriptions() {
  for (int* fd : {&server_fd_, &programs_fd_}) {
    if (*fd >= 0) continue;
    const auto opened = file_->open_description();
    if (!opened) return fail(opened.error());
    *fd = *opened;
  }
  if (note_fd_ >= 0) return {};
  const auto note = open_owner_note(file_->path());
  if (!note) return fail(note.error());
  note_fd_ = *note;
  return {};
}

Result<int> ServerLock::acquire(const OwnerWait& wait) {
  const std::lock_guard lock(mutex_);
  if (held_) return programs_fd_;
  if (auto opened = open_descriptions(); !opened) return fail(std::move(opened.error()));
  Wait waiting(wait);
  if (auto taken = take_server_byte(waiting); !taken) return fail(std::move(taken.error()));
  const OwnerNote before = read_owner_note(file_->path());
  write_owner_note(note_fd_, make_owner_note(before.supervisor));  // for whoever comes meanwhile
  if (auto taken = take_programs_byte(waiting, before); !taken) {
    write_owner_note(note_fd_, before);
    let_go();
    return fail(std::move(taken.error()));
  }
  held_ = true;
  write_owner_note(note_fd_, make_owner_note(0));
  return programs_fd_;
}

// At once or not at all, but for a server that was killed and is not quite gone yet.
Result<void> ServerLock::take_server_byte(Wait& wait) {
  for (;;) {
    if (try_lock(server_fd_, kServerByte)) {
      if (try_lock(note_fd_, kWholeFile)) return {};
      unlock(server_fd_, kServerByte);
    }
    const OwnerNote note = read_owner_note(file_->path());
    const auto what = [&] {
      return fmt::format("the server before, process {}, is ending", note.server);
    };
    if (state_of(note) != OwnerState::kEnding || !wait.go_on(what)) {
      return fail(another_server(note));
    }
  }
}

Result<void> ServerLock::take_programs_byte(Wait& wait, const OwnerNote& before) {
  while (!try_lock(programs_fd_, kProgramsByte)) {
    if (wait.go_on([&] { return remains_of(before); })) continue;
    return fail(ErrorCode::kBusy, fmt::format("{} after {} s", remains_of(before), wait.waited_s()),
                "no run is decided while they go on: look at them with ps, end them with kill -9, "
                "then start the server again");
  }
  return {};
}

void ServerLock::let_go() {
  unlock(programs_fd_, kProgramsByte);
  unlock(note_fd_, kWholeFile);
  unlock(server_fd_, kServerByte);
}

void ServerLock::release() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(held_, false)) return;
  write_owner_note(note_fd_, {});
  let_go();
}

void ServerLock::note_supervisor(std::int64_t pid) {
  const std::lock_guard lock(mutex_);
  if (held_) write_owner_note(note_fd_, make_owner_note(static_cast<pid_t>(pid)));
}

OwnerView ServerLock::look() {
  const std::lock_guard lock(mutex_);
  const OwnerNote note = read_owner_note(file_->path());
  OwnerView view;
  view.server = describe(note);
  view.server_pid = note.server;
  view.server_is_gone = state_of(note) == OwnerState::kGone;
  for (const pid_t pid : processes_below(note.supervisor)) view.programs.push_back(pid);
  const int fd = server_fd_ >= 0 ? server_fd_ : file_->any_descriptor();
  view.server_holds = held_ || is_locked_by_another(fd, kServerByte);
  view.programs_hold = held_ || is_locked_by_another(fd, kProgramsByte);
  return view;
}

}  // namespace rota::store
