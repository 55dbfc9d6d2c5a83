#include "embed/services.h"

#include <filesystem>

#include "embed/terminal_log.h"
#include "handlers/catalog.h"
#include "handlers/command_policy.h"
#include "handlers/command_sandbox.h"
#include "net/curl_http_client.h"
#include "warden/client.h"
#include "warden/sandbox.h"
#include "warden/user.h"

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

std::string folder_of(const std::string& file) {
  const std::filesystem::path path = std::filesystem::absolute(file);
  return path.parent_path();
}

// Where the database with its journals, the key, the log, and what handlers make lie.
std::vector<std::string> own_files(const Options& options) {
  const std::string database =
      options.database.starts_with("sqlite:") ? options.database.substr(7) : options.database;
  std::vector<std::string> all{folder_of(database), std::filesystem::absolute(options.data_folder)};
  if (!options.key_file.empty()) all.push_back(std::filesystem::absolute(options.key_file));
  if (!options.log_file.empty()) all.push_back(folder_of(options.log_file));
  for (const std::string& file : options.private_files) {
    if (!file.empty()) all.push_back(std::filesystem::absolute(file));
  }
  return all;
}

// All that would fail later, run by run, is refused while somebody is looking.
Result<handlers::ProcessSandbox> check_commands(const Options& options) {
  const CommandPolicy& policy = options.command;
  if (policy.allow.empty() && policy.run_as.empty()) return handlers::ProcessSandbox{};
  if (auto good = handlers::check_policy(policy); !good) return fail(std::move(good.error()));
  if (auto good = warden::check_run_as(policy.run_as, policy.allow_root); !good) {
    return fail(std::move(good.error()));
  }
  if (policy.sandbox.on) {
    if (auto able = warden::check_sandbox(); !able) return fail(std::move(able.error()));
  }
  return handlers::make_sandbox(policy, own_files(options));
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
  auto sandbox = check_commands(options);
  if (!sandbox) return fail(std::move(sandbox.error()));
  services->sandbox_ = *std::move(sandbox);
  if (!options.command.allow.empty()) {
    auto warden = warden::start_warden();
    if (!warden) return fail(std::move(warden.error()));
    services->processes_ = std::move(*warden);
  }
  auto logger = make_logger(options, clock);
  if (!logger) return fail(std::move(logger.error()));
  services->logger_ = std::move(*logger);
  if (services->sandbox_.on) {
    for (const std::string& gap : warden::sandbox_gaps()) {
      services->logger_.warning("commands", "this kernel's sandbox has a gap: " + gap);
    }
  }
  return services;
}

void Services::build_handlers(const Options& options, Database database) {
  HandlerEnvironment environment;
  environment.logger = logger_;
  environment.http = &http_;
  environment.processes = processes_.get();
  environment.command = options.command;
  environment.command_sandbox = sandbox_;
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
