// The store on one SQLite file: WAL, synchronous=FULL, one writing connection with group commit, a
// few reading ones. Any number of processes may read and write tasks; one server owns the runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rota/clock.h"
#include "store/audit.h"
#include "store/store.h"

namespace rota::store {

struct SqliteOptions {
  std::string path;
  bool create = true;  ///< Make the file (not its folder) when it is missing.
  std::vector<std::string> accept_file_systems{};   ///< Network file systems to trust, by name.
  bool read_only = false;                           ///< Refuses every write with kReadOnly.
  Duration busy_timeout = std::chrono::seconds{5};  ///< Waits so long for another program's lock.
  AuditSeal* audit_seal = nullptr;  ///< Signs the audit's rows; outlives the store. Null: plain.
};

/// Opens, checks and migrates the database. The clock must outlive the store. Errors: kNotFound
/// (no file, not to be created), kUnavailable (no folder), kCorrupt, kSchemaTooNew, kReadOnly,
/// kBusy, kStorageFull, each saying what to do; the file is untouched by a refusal.
Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options, const Clock& clock);

}  // namespace rota::store
