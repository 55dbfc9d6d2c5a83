// A database as the file it is: device and inode, whatever name leads to it. Everything of this
// process that uses the file holds one of these, for two reasons. Whether the path still leads to
// the file can be asked at any time. And closing any descriptor of a file drops all locks that
// SQLite has on it in this process (fcntl(2)), so descriptors for locks of our own are opened
// before SQLite opens the file and closed after the last store of this process has closed it.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "rota/result.h"

namespace rota::store {

/// What identifies a file while it is open somewhere.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  auto operator<=>(const FileIdentity&) const = default;
};

/// Thread rule: every method may be called from any thread.
class DatabaseFile {
 public:
  /// The file that a path leads to, symbolic links followed. Errors: kNotFound; kUnavailable when
  /// it is no regular file, may not be opened, or has several names (its -wal goes by one of them).
  static Result<std::shared_ptr<DatabaseFile>> open(const std::string& path);
  ~DatabaseFile();
  DatabaseFile(const DatabaseFile&) = delete;
  DatabaseFile& operator=(const DatabaseFile&) = delete;

  /// Without symbolic links: the name beside which SQLite puts the file's log.
  const std::string& path() const { return path_; }
  /// kUnavailable, saying what became of it, unless the path leads to this very file.
  Result<void> check_place() const;

  /// Another open file description, for locks; closed by nobody but this class. Errors: kReadOnly;
  /// kUnavailable when the path leads elsewhere by now.
  Result<int> open_description();
  /// One that is open anyway, to ask about locks with.
  int any_descriptor() const;

 private:
  DatabaseFile(std::string path, FileIdentity identity)
      : path_(std::move(path)), identity_(identity) {}

  const std::string path_;
  const FileIdentity identity_;
};

}  // namespace rota::store
