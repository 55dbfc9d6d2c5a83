// How a Scheduler is set up. Every bound has a name and a default here; the program's flags,
// environment and configuration file end up in this struct.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rota/time.h"

namespace rota {

/// What the `command` handler may do on this node. Off unless an allow rule is given.
struct CommandPolicy {
  /// Patterns of allowed programs: an absolute path, or a folder ending in '/'; "*" allows all.
  std::vector<std::string> allow;
  bool allow_shell = false;  ///< Permit {"shell": "..."} beside {"argv": [...]}.
  bool allow_root = false;   ///< Permit running as root.
  std::string run_as;        ///< User name; empty: the server's own user.
};

/// Bounds and timings of the engine. The defaults suit one server on a small machine.
struct EngineOptions {
  std::size_t workers = 16;                         ///< Blocking handlers at once, 1 to 1,024.
  std::size_t async_runs_max = 512;                 ///< Asynchronous runs at once.
  std::map<std::string, std::size_t> queue_limits;  ///< Runs at once per named queue; absent: none.
  Duration look_ahead = std::chrono::milliseconds{1500};  ///< How early slots are claimed.
  std::size_t claim_batch = 500;                          ///< Tasks claimed in one statement.
  std::size_t held_runs_max = 20'000;                     ///< Runs held in memory, waiting or due.
  Duration heartbeat = std::chrono::seconds{1};
  Duration lease = std::chrono::seconds{5};
  Duration lease_margin = std::chrono::seconds{1};
  Duration misfire_grace = std::chrono::seconds{60};  ///< Up to this late a slot simply runs late.
  Duration record_delay = std::chrono::milliseconds{10};  ///< Results wait this long for company.
  std::size_t record_batch = 1000;
  Duration drain_grace = std::chrono::seconds{30};  ///< Running work may take this long on SIGTERM.
  Duration poll = std::chrono::seconds{5};          ///< The slow net below change notices.
  Duration keep_runs_for = std::chrono::hours{24 * 90};  ///< Finished runs older than this go.
  /// While the database has more bytes in use than this, its oldest finished runs go; the latest
  /// 10,000 stay. 0: by age alone.
  std::int64_t keep_bytes = std::int64_t{4} << 30;
  /// What became of each slot is kept in packed form for so long, also when its run is gone.
  Duration keep_decisions_for = std::chrono::hours{24 * 366};
  std::size_t output_bytes_max = 1 << 20;  ///< Kept per run; the middle is left out.
};

/// Everything a Scheduler is opened with.
struct Options {
  std::string database = "rota.db";  ///< A file path, "sqlite:PATH" or "postgresql://...".
  std::string key_file;              ///< Of the secrets; empty: the database's path + ".key".
  std::string node_name;             ///< Empty: the machine's host name.
  std::string log_file = "var/log/tasks.log";  ///< Empty: none.
  bool log_to_terminal = false;
  std::string data_folder = "var";  ///< Where handlers keep what they make (backups, exports).
  EngineOptions engine;
  CommandPolicy command;
  /// HTTP tasks may call private and loopback addresses. Off: only public ones.
  bool http_allow_private = false;
};

}  // namespace rota
