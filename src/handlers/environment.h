// The services that built-in handlers work with, handed to each when the catalogue is built. A
// service that is absent is null or empty; a handler that needs it says so in its error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/log.h"
#include "handlers/process_runner.h"
#include "rota/clock.h"
#include "rota/options.h"
#include "rota/result.h"

namespace rota {

namespace handlers {
class HttpClient;
}  // namespace handlers

/// How Rota's own database stands, for queue_monitor and system_health_check.
struct DatabaseSummary {
  std::int64_t tasks = 0;
  std::int64_t active_tasks = 0;
  std::int64_t failing_tasks = 0;  ///< failure_count > 0 or a schedule error.
  std::int64_t runs_queued = 0;    ///< Due and not yet begun.
  std::int64_t runs_executing = 0;
  std::int64_t size_bytes = 0;
};

/// Copied into the catalogue; what the pointers name must outlive it.
struct HandlerEnvironment {
  base::Logger logger;
  handlers::HttpClient* http = nullptr;
  handlers::ProcessRunner* processes = nullptr;
  CommandPolicy command;
  handlers::ProcessSandbox command_sandbox;  ///< What command.sandbox means on this machine.
  bool http_allow_private = false;
  std::string data_folder = "var";     ///< Backups, exports, outboxes, the example shop.
  std::string log_folder = "var/log";  ///< What log_archival looks after, ...
  std::string log_name = "tasks.log";  ///< ... and the log that is written there now.
  /// Writes a consistent copy of the database to a path that does not exist yet.
  std::function<Result<void>(const std::string& path)> back_up_database;
  std::function<Result<DatabaseSummary>()> summarize_database;
};

}  // namespace rota
