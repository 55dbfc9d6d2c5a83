// One server at a time owns a SQLite database: an OFD lock on "<database>.lock", held until the
// process ends. While it is held, every other session in the file is dead by proof.
#pragma once

#include <string>

#include "rota/result.h"

namespace rota::store {

class ServerLock {
 public:
  ServerLock() = default;
  ~ServerLock();
  ServerLock(const ServerLock&) = delete;
  ServerLock& operator=(const ServerLock&) = delete;

  /// kBusy, naming the owner's process id, when another server has it. Idempotent.
  Result<void> acquire(const std::string& database);
  void release();

 private:
  int fd_ = -1;
};

}  // namespace rota::store
