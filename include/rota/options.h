// How a Scheduler is set up. Every bound has a name and a default here; the program's flags,
// environment and configuration file end up in this struct.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rota/time.h"

namespace rota {

/// What commands may reach, held by the kernel (Landlock and seccomp). Off unless asked for.
struct CommandSandbox {
  bool on = false;
  /// Folders that commands may read beside the system's programs, libraries and settings.
  std::vector<std::string> read_folders;
  /// Folders that commands may write beside their own temporary one.
  std::vector<std::string> write_folders;
};

/// What the `command` handler may do on this node. Off unless an allow rule is given.
struct CommandPolicy {
  /// Patterns of allowed programs: an absolute path, or a folder ending in '/'; "*" allows all.
  std::vector<std::string> allow;
  bool allow_shell = false;  ///< Permit {"shell": "..."} beside {"argv": [...]}.
  bool allow_root = false;   ///< Permit running as root.
  /// User name; needed where commands are allowed. Naming the server's own user accepts that
  /// commands can reach all that this user can.
  std::string run_as;
  /// Variables that tasks may set beside the built-in ones: "NAME", "PREFIX_*" or
  /// "PROGRAM:NAME" (docs/handlers.md).
  std::vector<std::string> environment;
  /// Processes and threads of the user that commands run as, all together; more cannot be started
  /// (RLIMIT_NPROC; root knows no such limit). 0: the system's own limit.
  std::size_t processes_max = 4096;
  CommandSandbox sandbox;
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
  bool create = true;                ///< Make the database's file where there is none.
  /// Network file systems that SQLite may lie on all the same, by name: "nfs", "smb", "fuse", "9p".
  std::vector<std::string> accept_file_systems;
  /// How long start() waits for programs that a dead server left, before it gives up with kBusy.
  Duration owner_wait = std::chrono::seconds{60};
  std::function<bool()> keep_waiting;  ///< Asked meanwhile; false ends the wait. Empty: always.
  std::string key_file;                ///< Of the secrets; empty: the database's path + ".key".
  std::string audit_key_file;          ///< Of the audit; empty: the database's path + ".audit-key".
  std::string node_name;               ///< Empty: the machine's host name.
  std::string log_file = "var/log/tasks.log";  ///< Empty: none.
  bool log_to_terminal = false;
  std::string data_folder = "var";  ///< Where handlers keep what they make (backups, exports).
  EngineOptions engine;
  CommandPolicy command;
  /// Further files that sandboxed commands must not reach (keys of TLS); database, key, log and
  /// data folder are hidden without being named.
  std::vector<std::string> private_files;
  /// HTTP tasks may call private and loopback addresses. Off: only public ones.
  bool http_allow_private = false;
};

}  // namespace rota
