// What handlers and the engine are given to work with: the log, the HTTP client, the warden for
// programs, and the catalogue of all handlers.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "base/log.h"
#include "handlers/environment.h"
#include "handlers/http_client.h"
#include "handlers/process_runner.h"
#include "rota/handler.h"
#include "rota/options.h"

namespace rota::embed {

/// Makes the real client with the first request: most uses of the library send none.
class LazyHttpClient final : public handlers::HttpClient {
 public:
  explicit LazyHttpClient(bool allow_private) : allow_private_(allow_private) {}
  std::shared_ptr<handlers::HttpCall> send(handlers::HttpRequest request,
                                           OnAnswer on_answer) override;

 private:
  const bool allow_private_;
  std::once_flag made_;
  std::unique_ptr<handlers::HttpClient> client_;
};

class Services {
 public:
  /// Starts the warden where command tasks are allowed: call it before the process has threads.
  /// Errors: those of the log file and of the warden.
  static Result<std::unique_ptr<Services>> make(const Options& options, const Clock& clock);

  const base::Logger& logger() const { return logger_; }
  /// What handlers may ask of the database.
  struct Database {
    std::function<Result<DatabaseSummary>()> summarize;
    std::function<Result<void>(const std::string& path)> back_up;
  };
  /// Builds the catalogue.
  void build_handlers(const Options& options, Database database);
  const HandlerCatalog& handlers() const { return *handlers_; }
  handlers::HttpClient& http() { return http_; }
  /// Null where no command may run.
  handlers::ProcessRunner* processes() { return processes_.get(); }

 private:
  explicit Services(const Options& options) : http_(options.http_allow_private) {}

  base::Logger logger_;
  LazyHttpClient http_;
  handlers::ProcessSandbox sandbox_;
  std::unique_ptr<handlers::ProcessRunner> processes_;
  std::unique_ptr<HandlerCatalog> handlers_;
};

}  // namespace rota::embed
