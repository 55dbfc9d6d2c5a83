#include "config/setting_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/setting_value.h"
#include "config/units.h"

namespace rota::config {
namespace {

using S = Settings;

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kGiB = 1 << 30;

// clang-format off
constexpr std::array kSettings = std::to_array<Setting>({
  {"db", "--db", "PATH", [](S& s) -> auto& { return s.db; },
   "Database file"},
  {"key_file", "--key-file", "PATH", [](S& s) -> auto& { return s.key_file; },
   "Key of the secrets", 0, 0, "the database's path + .key"},
  {"audit_key_file", "--audit-key-file", "PATH", [](S& s) -> auto& { return s.audit_key_file; },
   "Key of the audit", 0, 0, "the database's path + .audit-key"},
  {"data", "--data", "FOLDER", [](S& s) -> auto& { return s.data_folder; },
   "Folder for what handlers make", 0, 0, "the database's folder"},
  {"node_name", "--node-name", "NAME", [](S& s) -> auto& { return s.node_name; },
   "Name of this node", 0, 0, "the host's name"},
  {"create", "--create", "", [](S& s) -> auto& { return s.create; },
   "Make a new database where there is none; else that is an error"},
  {"demo", "--demo", "", [](S& s) -> auto& { return s.demo; },
   "Make a new database with the demo tasks where there is none"},
  {"accept_file_system", "--accept-file-system", "NAME",
   [](S& s) -> auto& { return s.accept_file_systems; },
   "Network file systems that the database may lie on all the same: nfs, smb, fuse, 9p", 0, 0,
   "none"},
  {"owner_wait", "--owner-wait", "DURATION", [](S& s) -> auto& { return s.owner_wait; },
   "How long to wait at the start for programs that a dead server left", 0, kHour},
  {"log.file", "--log-file", "PATH", [](S& s) -> auto& { return s.log_file; },
   "Log of JSON lines; an empty text: none", 0, 0, "log/tasks.log in the data folder"},
  {"log.quiet", "--quiet", "", [](S& s) -> auto& { return s.quiet; },
   "Print no line for each run on the terminal, only warnings and errors"},

  {"server.bind", "--bind", "ADDRESS", [](S& s) -> auto& { return s.server.bind; },
   "Address to listen on"},
  {"server.port", "--port", "PORT", [](S& s) -> auto& { return s.server.port; },
   "Port of the page and the API; 0: any free one", 0, 65'535},
  {"server.allow_host", "--allow-host", "NAME",
   [](S& s) -> auto& { return s.server.allowed_hosts; },
   "Host names that requests may come in under, beside this machine's own", 0, 0, "none"},
  {"server.tls_cert", "--tls-cert", "FILE",
   [](S& s) -> auto& { return s.server.tls_certificate_file; },
   "Serve https with this certificate (PEM, with its chain)", 0, 0, "none: plain http"},
  {"server.tls_key", "--tls-key", "FILE", [](S& s) -> auto& { return s.server.tls_key_file; },
   "The certificate's key (PEM, without a passphrase)", 0, 0, "none"},
  {"server.behind_tls_proxy", "--behind-tls-proxy", "",
   [](S& s) -> auto& { return s.server.behind_tls_proxy; },
   "A proxy before this server speaks https with browsers"},
  {"server.trusted_proxy", "--trusted-proxy", "ADDRESS",
   [](S& s) -> auto& { return s.server.trusted_proxies; },
   "Proxies (addresses, networks) that are believed when they name the client", 0, 0, "none"},
  {"server.no_sign_in", "--no-sign-in", "", [](S& s) -> auto& { return s.no_sign_in; },
   "Everybody on this machine is an admin, without a password; for trials"},
  {"server.requests_per_second", "", "NUMBER",
   [](S& s) -> auto& { return s.server.requests_per_second; },
   "Requests of one client's address beyond the burst; 429 above it", 1, 1'000'000},
  {"server.requests_burst", "", "NUMBER", [](S& s) -> auto& { return s.server.requests_burst; },
   "Requests of one client's address at once, before the rate counts", 1, 1'000'000},
  {"server.limit_own_machine", "", "", [](S& s) -> auto& { return s.server.limit_own_machine; },
   "The rate counts for this machine's own addresses, too"},
  {"server.connections_per_address_max", "", "COUNT",
   [](S& s) -> auto& { return s.server.connections_per_address_max; },
   "Connections of one client's address at once; its requests, through a trusted proxy", 1, 2'048},

  {"engine.workers", "--workers", "COUNT", [](S& s) -> auto& { return s.engine.workers; },
   "Blocking handlers at once", 1, 1'024},
  {"engine.async_runs_max", "", "COUNT", [](S& s) -> auto& { return s.engine.async_runs_max; },
   "Asynchronous runs at once", 1, 100'000},
  {"engine.look_ahead", "", "DURATION", [](S& s) -> auto& { return s.engine.look_ahead; },
   "How early slots are claimed", 10, kMinute},
  {"engine.claim_batch", "", "COUNT", [](S& s) -> auto& { return s.engine.claim_batch; },
   "Tasks claimed in one statement", 1, 100'000},
  {"engine.held_runs_max", "", "COUNT", [](S& s) -> auto& { return s.engine.held_runs_max; },
   "Runs held in memory, waiting or due", 1, 1'000'000},
  {"engine.heartbeat", "", "DURATION", [](S& s) -> auto& { return s.engine.heartbeat; },
   "How often the lease is renewed", 100, kMinute},
  {"engine.lease", "", "DURATION", [](S& s) -> auto& { return s.engine.lease; },
   "So long after its last heartbeat a server counts as dead", kSecond, 10 * kMinute},
  {"engine.lease_margin", "", "DURATION", [](S& s) -> auto& { return s.engine.lease_margin; },
   "So long before its lease ends a server stops by itself", 100, 5 * kMinute},
  {"engine.misfire_grace", "", "DURATION", [](S& s) -> auto& { return s.engine.misfire_grace; },
   "Up to this late a slot simply runs late; after it the task's catch-up policy decides",
   kSecond, kDay},
  {"engine.record_delay", "", "DURATION", [](S& s) -> auto& { return s.engine.record_delay; },
   "Results wait so long for others, to be written together", 0, kSecond},
  {"engine.record_batch", "", "COUNT", [](S& s) -> auto& { return s.engine.record_batch; },
   "Results written in one transaction", 1, 100'000},
  {"engine.drain_grace", "", "DURATION", [](S& s) -> auto& { return s.engine.drain_grace; },
   "What runs may take so long after SIGTERM", 0, kHour},
  {"engine.poll", "", "DURATION", [](S& s) -> auto& { return s.engine.poll; },
   "How often the database is looked at where no notice of a change arrived", 100, 5 * kMinute},
  {"engine.keep_runs_for", "", "DURATION", [](S& s) -> auto& { return s.engine.keep_runs_for; },
   "Finished runs older than this are removed, unless the database's own setting says otherwise",
   kHour, 36'500 * kDay},
  {"engine.keep_bytes", "", "BYTES", [](S& s) -> auto& { return s.engine.keep_bytes; },
   "While the database holds more than this its oldest finished runs go, but for the latest 10,000; "
   "0: by age alone", 0, 1'024 * kGiB, "", true},
  {"engine.keep_decisions_for", "", "DURATION",
   [](S& s) -> auto& { return s.engine.keep_decisions_for; },
   "What became of each slot is kept so long, also when its run is gone", kHour, 36'500 * kDay},
  {"engine.output_bytes_max", "", "BYTES",
   [](S& s) -> auto& { return s.engine.output_bytes_max; },
   "Output kept of a run; the middle of a longer one is left out", kKiB, 64 * kMiB, "", true},

  {"queues", "--queue", "NAME=COUNT", [](S& s) -> auto& { return s.engine.queue_limits; },
   "Runs at once of a queue, by its name", 1, 100'000, "no queue has a limit of its own"},

  {"command.allow", "--allow-command", "PATTERN", [](S& s) -> auto& { return s.command.allow; },
   "Programs that command tasks may run: paths, folders ending in '/', or '*' for all", 0, 0,
   "none"},
  {"command.allow_shell", "--allow-shell", "",
   [](S& s) -> auto& { return s.command.allow_shell; }, "Let command tasks use the shell"},
  {"command.allow_root", "--allow-root-commands", "",
   [](S& s) -> auto& { return s.command.allow_root; }, "Let command tasks run as root"},
  {"command.run_as", "--run-as", "USER", [](S& s) -> auto& { return s.command.run_as; },
   "User that command tasks run as; the server's own accepts that they reach all that it may", 0, 0,
   "none: commands need one"},
  {"command.environment", "--allow-environment", "RULE",
   [](S& s) -> auto& { return s.command.environment; },
   "Variables that command tasks may set, too: NAME, PREFIX_*, or PROGRAM:NAME for one program",
   0, 0, "none"},
  {"command.processes_max", "--command-processes", "COUNT",
   [](S& s) -> auto& { return s.command.processes_max; },
   "Processes of the user that command tasks run as, all together", 1, 1'000'000},
  {"command.sandbox", "--command-sandbox", "",
   [](S& s) -> auto& { return s.command.sandbox.on; },
   "Command tasks read the system's files and their program's, write their own temporary folder, "
   "and reach nothing else"},
  {"command.read", "--command-read", "FOLDER",
   [](S& s) -> auto& { return s.command.sandbox.read_folders; },
   "Folders that command tasks may read in the sandbox, too", 0, 0, "none"},
  {"command.write", "--command-write", "FOLDER",
   [](S& s) -> auto& { return s.command.sandbox.write_folders; },
   "Folders that command tasks may write in the sandbox", 0, 0, "none"},

  {"http.allow_private", "--allow-private-http", "",
   [](S& s) -> auto& { return s.http_allow_private; },
   "Let HTTP tasks and calendar feeds call private and loopback addresses"},
});
// clang-format on

struct TypeText {
  const Setting& setting;

  std::string bounds() const {
    return setting.bytes ? fmt::format("{} to {}", bytes_text(setting.min), bytes_text(setting.max))
                         : fmt::format("{} to {}", setting.min, setting.max);
  }
  std::string operator()(bool& (*)(S&)) const { return "true or false"; }
  std::string operator()(std::uint16_t& (*)(S&)) const { return "whole number, " + bounds(); }
  std::string operator()(std::size_t& (*)(S&)) const {
    return (setting.bytes ? "size in bytes, " : "whole number, ") + bounds();
  }
  std::string operator()(std::int64_t& (*)(S&)) const {
    return (setting.bytes ? "size in bytes, " : "whole number, ") + bounds();
  }
  std::string operator()(double& (*)(S&)) const { return "number, " + bounds(); }
  std::string operator()(Duration& (*)(S&)) const {
    return fmt::format("duration, {} to {}", span_text(std::chrono::milliseconds{setting.min}),
                       span_text(std::chrono::milliseconds{setting.max}));
  }
  std::string operator()(std::string& (*)(S&)) const { return "text"; }
  std::string operator()(std::optional<std::string>& (*)(S&)) const { return "text"; }
  std::string operator()(std::vector<std::string>& (*)(S&)) const { return "list of texts"; }
  std::string operator()(std::map<std::string, std::size_t>& (*)(S&)) const {
    return "section of NAME = whole number, " + bounds();
  }
};

}  // namespace

std::span<const Setting> all_settings() { return kSettings; }

const Setting* find_setting(std::string_view key) {
  const auto* const found =
      std::find_if(kSettings.begin(), kSettings.end(),
                   [&](const Setting& setting) { return setting.key == key; });
  return found == kSettings.end() ? nullptr : &*found;
}

std::string variable_of(const Setting& setting) {
  std::string name = "ROTA_";
  for (const char letter : setting.key) {
    name += letter == '.' ? '_' : static_cast<char>(letter >= 'a' ? letter - 'a' + 'A' : letter);
  }
  return name;
}

std::string type_text(const Setting& setting) {
  return std::visit(TypeText{setting}, setting.target);
}

std::string default_text(const Setting& setting) {
  if (!setting.unset.empty()) return std::string(setting.unset);
  return value_text(setting, Settings{});
}

}  // namespace rota::config
