// Opens the parts in the order they need each other: the warden while the process is still small,
// then the log, the database, and the engine over all of them.
#include <fmt/format.h>

#include "embed/scheduler.h"
#include "store/sqlite/sqlite_store.h"

namespace rota {
namespace {

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

bool is_postgres(std::string_view database) {
  return database.starts_with("postgresql:") || database.starts_with("postgres:");
}

Result<std::unique_ptr<store::Store>> open_store(const Options& wanted, const Clock& clock,
                                                 store::AuditSeal& seal) {
  const std::string& database = wanted.database;
  if (is_postgres(database)) {
    return fail(ErrorCode::kInvalidArgument, "this version of Rota has no PostgreSQL store yet",
                "give the path of an SQLite file, for example rota.db");
  }
  store::SqliteOptions options;
  options.audit_seal = &seal;
  options.path = database.starts_with("sqlite:") ? database.substr(7) : database;
  if (options.path.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no database was named",
                "give the path of an SQLite file, for example rota.db");
  }
  options.create = wanted.create;
  options.accept_file_systems = wanted.accept_file_systems;
  return store::open_sqlite_store(options, clock);
}

}  // namespace

Result<std::unique_ptr<Scheduler>> Scheduler::open(const Options& options, const Clock* clock) {
  const Clock& time = clock != nullptr ? *clock : system_clock();
  auto services = embed::Services::make(options, time);
  if (!services) return fail(std::move(services.error()));
  auto seal = std::make_unique<secrets::FileAuditSeal>(
      options.audit_key_file.empty() ? secrets::audit_key_file_of(options.database)
                                     : options.audit_key_file);
  auto store = open_store(options, time, *seal);
  if (!store) return fail(std::move(store.error()));
  return std::make_unique<embed::SchedulerImpl>(options, time, std::move(*services),
                                                std::move(seal), std::move(*store));
}

}  // namespace rota
