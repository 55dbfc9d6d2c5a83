// `rota serve`: opens the database, starts the engine and the page, says how to reach and stop it,
// and drains on the first signal.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "api/server.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/demo_import.h"
#include "cli/load_settings.h"
#include "cli/stop_signals.h"
#include "cli/text.h"
#include "embed/terminal_log.h"
#include "rota/version.h"
#include "secrets/vault.h"
#include "store/store.h"

namespace rota::cli {
namespace {

constexpr int kPortsTried = 20;

// Every page that listens holds a connection; the usual soft limit of 1,024 files is for shells.
void allow_many_files() {
  constexpr rlim_t kWanted = 65'536;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= kWanted) return;
  files.rlim_cur = std::min(kWanted, files.rlim_max);
  setrlimit(RLIMIT_NOFILE, &files);
}

Options options_of(const config::Settings& settings) {
  Options options;
  options.database = settings.db;
  options.key_file = settings.key_file;
  options.node_name = settings.node_name;
  options.data_folder =
      settings.data_folder.empty() ? folder_of_database(settings.db) : settings.data_folder;
  options.log_file = settings.log_file.value_or(options.data_folder + "/log/tasks.log");
  options.log_to_terminal = true;
  options.engine = settings.engine;
  options.command = settings.command;
  options.http_allow_private = settings.http_allow_private;
  return options;
}

// The port asked for; where nobody asked for one, the next free one.
Result<std::unique_ptr<api::ApiServer>> start_page(Scheduler& scheduler,
                                                   accounts::Accounts& accounts,
                                                   const config::Configuration& configuration,
                                                   const Context& context) {
  const config::Settings& settings = configuration.settings;
  api::ServerOptions options = settings.server;
  options.accounts = &accounts;
  options.sign_in_required = !settings.no_sign_in;
  options.allow_private_feeds = settings.http_allow_private;
  const bool port_given = configuration.is_given("server.port");
  const int tries = port_given ? 1 : kPortsTried;
  for (int i = 0;; ++i) {
    options.port = static_cast<std::uint16_t>(settings.server.port + i);
    auto server = api::start_api_server(scheduler, options, scheduler.logger());
    const bool taken = !server && server.error().code == ErrorCode::kUnavailable;
    if (!taken || i + 1 >= tries) {
      if (taken && port_given) {
        return fail(ErrorCode::kUnavailable, server.error().message,
                    "choose another with --port, or --port 0 for any free one");
      }
      return server;
    }
    context.console.note(
        fmt::format("port {} is taken, trying {}", options.port, options.port + 1));
  }
}

void print_banner(const Context& context, const Options& options, Scheduler& scheduler,
                  const api::ApiServer& page) {
  const auto facts = scheduler.store().summarize();
  std::ostream& out = context.console.out;
  out << fmt::format("Rota {} is running.\n", kVersion)
      << fmt::format("  page      {}\n", context.console.styled(Style::kStrong, page.url()));
  if (facts) {
    out << fmt::format("  database  {}\n", escape_text(facts->database))
        << fmt::format("  tasks     {}, {} active\n", facts->tasks, facts->active_tasks);
  }
  out << fmt::format("  node      {}, {} workers\n", scheduler.status().node_id.value,
                     options.engine.workers);
  if (!options.log_file.empty()) out << fmt::format("  log       {}\n", options.log_file);
  out << "  stop      Ctrl-C finishes what runs; a second one stops at once\n";
  if (facts && facts->tasks == 0) {
    context.console.note("there are no tasks yet: 'rota import demo' adds 21 to look at");
  }
  out << '\n';
  out.flush();
}

// A server that nobody has set up yet tells how, to whoever sees this terminal.
Result<void> print_first_steps(accounts::Accounts& accounts, bool no_sign_in,
                               const Context& context, const api::ApiServer& page) {
  if (no_sign_in) {
    context.console.note("everybody on this machine is an admin here (--no-sign-in)");
    return {};
  }
  const auto ready = accounts.is_set_up();
  if (!ready) return fail(ready.error());
  if (*ready) return {};
  const std::string link = fmt::format("{}/set-up#{}", page.url(), accounts.begin_set_up());
  context.console.out
      << "  Nobody can sign in yet. Open this link within an hour to make the first "
         "admin:\n\n    "
      << context.console.styled(Style::kStrong, link) << "\n\n";
  context.console.out.flush();
  return {};
}

// A certificate that ends soon is found out before the browsers do.
void warn_of_end(const api::ApiServer& page, const base::Logger& log, Instant now) {
  constexpr std::chrono::days kSoon{14};
  const auto end = page.certificate_expires_at();
  if (!end || *end - now > kSoon) return;
  log.warning("http", *end <= now ? "the certificate has expired" : "the certificate ends soon",
              {{"expires_at", format_utc(*end)}});
}

// After SIGHUP: the files may be new ones. The old certificate stays where they are not usable.
void renew_certificate(api::ApiServer& page, const base::Logger& log) {
  const auto reloaded = page.reload_certificate();
  if (!reloaded) {
    return log.error("http", "the certificate could not be read again; the old one stays",
                     {{"error", reloaded.error().message}});
  }
  if (const auto end = page.certificate_expires_at()) {
    log.info("http", "the certificate was read again", {{"expires_at", format_utc(*end)}});
  }
}

Result<void> fill_new_database(Scheduler& scheduler, const std::string& data_folder,
                               const Context& context) {
  auto report = import_demo(scheduler, data_folder, context.user);
  if (!report) return fail(report.error());
  context.console.note(fmt::format("made {} with {} demo tasks", context.database, report->added));
  return {};
}

}  // namespace

Result<int> run_command(const ServeCommand& command, const Context& typed) {
  const StopSignals signals;
  const auto configuration = load_settings(command, typed);
  if (!configuration) return fail(configuration.error());
  const config::Settings& settings = configuration->settings;
  Context context = typed;
  context.database = settings.db;
  allow_many_files();
  const bool is_new = !database_exists(context.database);
  if (auto made = make_database_folder(context.database); !made) return fail(made.error());
  if (settings.quiet) embed::limit_terminal_log(base::LogLevel::kWarning);
  const Options options = options_of(settings);
  auto scheduler = Scheduler::open(options, &context.clock);
  if (!scheduler) return fail(scheduler.error());
  if (is_new && settings.demo) {
    if (auto filled = fill_new_database(**scheduler, options.data_folder, context); !filled)
      return fail(filled.error());
  }
  accounts::Accounts accounts((*scheduler)->store().accounts(), context.clock);
  auto page = start_page(**scheduler, accounts, *configuration, context);
  if (!page) return fail(page.error());
  if (auto started = (*scheduler)->start(); !started) return fail(started.error());
  print_banner(context, options, **scheduler, **page);
  if (auto open = (*scheduler)->secrets()->check(); !open) {
    // Only the tasks that name a secret fail; the others go on.
    (*scheduler)->logger().error("secrets", open.error().message);
    context.console.note(fmt::format("{} ({})", open.error().message, open.error().hint));
  }
  warn_of_end(**page, (*scheduler)->logger(), context.clock.now());
  if (auto told = print_first_steps(accounts, settings.no_sign_in, context, **page); !told) {
    return fail(told.error());
  }

  signals.wait([&] {
    renew_certificate(**page, (*scheduler)->logger());
    log_changed_settings(command, *configuration, (*scheduler)->logger());
  });
  signals.exit_on_next();
  context.console.err << "\nfinishing what runs; press Ctrl-C again to stop at once\n";
  (*scheduler)->drain();
  (*page)->stop();
  context.console.err << "stopped\n";
  return 0;
}

}  // namespace rota::cli
