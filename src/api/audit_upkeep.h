// What the audit needs now and then while a server runs: refusals that were counted are written,
// and the log is told how far the audit has come, so that whoever keeps the log elsewhere can tell
// a chain that was cut or written anew even where the files beside the database were replaced too.
#pragma once

#include <mutex>
#include <optional>

#include "accounts/accounts.h"
#include "base/log.h"

namespace rota::api {

/// Thread rule: any thread.
class AuditUpkeep {
 public:
  /// `accounts` may be null; it outlives this.
  AuditUpkeep(accounts::Accounts* accounts, const base::Logger& log)
      : accounts_(accounts), log_(log) {}

  void run_once(Instant now);

 private:
  void log_head(Instant now);

  accounts::Accounts* const accounts_;
  const base::Logger& log_;
  std::mutex mutex_;
  std::optional<Instant> logged_at_;
  std::int64_t logged_seq_ = 0;
};

}  // namespace rota::api
