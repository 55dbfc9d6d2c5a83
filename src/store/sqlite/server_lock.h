// One server at a time owns a SQLite database. Two bytes of the file are locked for that, far
// beyond any byte that SQLite stores or locks (it ends at 2^48 and locks around 2^30), by locks
// that belong to an open file description (F_OFD_SETLK in fcntl(2)): they hold for the file itself,
// whatever path leads to it, and go only when the last process that has the description open does.
//
// The first byte belongs to the server's process alone: while it is held, a server lives. The
// second is shared with the warden and its keepers: while it is held, programs of a server may
// live. So a server that comes after a dead one knows what it waits for.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "store/sqlite/database_file.h"
#include "store/sqlite/owner_note.h"
#include "store/store.h"

namespace rota::store {

inline constexpr std::int64_t kServerByte = std::int64_t{1} << 62;
inline constexpr std::int64_t kProgramsByte = kServerByte + 1;

/// Thread rule: every method may be called from any thread.
class ServerLock {
 public:
  explicit ServerLock(std::shared_ptr<DatabaseFile> file) : file_(std::move(file)) {}
  ~ServerLock();
  ServerLock(const ServerLock&) = delete;
  ServerLock& operator=(const ServerLock&) = delete;

  /// Both bytes, as Store::take_ownership() says; returns the second's descriptor.
  Result<int> acquire(const OwnerWait& wait);
  /// Also for those who share it.
  void release();
  void note_supervisor(std::int64_t pid);
  OwnerView look();

 private:
  class Wait;
  Result<void> open_descriptions();
  Result<void> take_server_byte(Wait& wait);
  Result<void> take_programs_byte(Wait& wait, const OwnerNote& before);
  void let_go();

  const std::shared_ptr<DatabaseFile> file_;
  std::mutex mutex_;
  int server_fd_ = -1;  ///< Belongs to file_, as the next.
  int programs_fd_ = -1;
  int note_fd_ = -1;
  bool held_ = false;
};

}  // namespace rota::store
