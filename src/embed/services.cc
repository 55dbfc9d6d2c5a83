#include "embed/services.h"

#include <filesystem>

#include "embed/terminal_log.h"
#include "handlers/catalog.h"
#include "net/curl_http_client.h"
#include "warden/client.h"

namespace rota::embed {
namespace {

Result<base::Logger> make_logger(const Options& options, const Clock& clock) {
  std::shared_ptr<base::LogSink> file;
  std::shared_ptr<base::LogSink> terminal;
  if (!options.log_file.empty()) {
    auto opened = base::open_json_log(options.log_file);
    if (!opened) return fail(std::move(opened.error()));
    file = std::move(*opened);
  }
  if (options.log_to_terminal) terminal = base::make_terminal_log(terminal_log_level());
  if (file && terminal) return base::Logger(clock, {file, terminal});
  if (file) return base::Logger(clock, {file});
  if (terminal) return base::Logger(clock, {terminal});
  return base::Logger();
}

}  // namespace

std::shared_ptr<handlers::HttpCall> LazyHttpClient::send(handlers::HttpRequest request,
                                                         OnAnswer on_answer) {
  std::call_once(made_, [this] {
    net::CurlHttpClientOptions options;
    options.allow_private = allow_private_;
    client_ = net::make_curl_http_client(options);
  });
  return client_->send(std::move(request), std::move(on_answer));
}

Result<std::unique_ptr<Services>> Services::make(const Options& options, const Clock& clock) {
  std::unique_ptr<Services> services(new Services(options));
  if (!options.command.allow.empty()) {
    auto warden = warden::start_warden();
    if (!warden) return fail(std::move(warden.error()));
    services->processes_ = std::move(*warden);
  }
  auto logger = make_logger(options, clock);
  if (!logger) return fail(std::move(logger.error()));
  services->logger_ = std::move(*logger);
  return services;
}

void Services::build_handlers(const Options& options, Database database) {
  HandlerEnvironment environment;
  environment.logger = logger_;
  environment.http = &http_;
  environment.processes = processes_.get();
  environment.command = options.command;
  environment.http_allow_private = options.http_allow_private;
  environment.data_folder = options.data_folder;
  if (!options.log_file.empty()) {
    const std::filesystem::path log = options.log_file;
    environment.log_folder = log.parent_path().string();
    environment.log_name = log.filename().string();
  }
  environment.summarize_database = std::move(database.summarize);
  environment.back_up_database = std::move(database.back_up);
  handlers_ = handlers::make_handler_catalog(environment);
}

}  // namespace rota::embed
