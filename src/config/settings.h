// Everything that `rota serve` can be set up with, as plain values. One table (setting_table.h)
// says for each of them which key of the file, flag and environment variable sets it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/server.h"
#include "rota/options.h"

namespace rota::config {

/// A member's initial value is the setting's default; documentation and help read it from here.
struct Settings {
  std::string db = "var/rota.db";
  std::string key_file;                 ///< Of the secrets; empty: the database's path + ".key".
  std::string audit_key_file;           ///< Of the audit; empty: the same + ".audit-key".
  std::string data_folder;              ///< Empty: the folder that holds the database.
  std::string node_name;                ///< Empty: the machine's host name.
  std::optional<std::string> log_file;  ///< None: log/tasks.log in the data folder. Empty: no log.
  bool quiet = false;                   ///< No line for each run on the terminal.
  bool create = false;                  ///< Make the database where there is none.
  bool demo = false;                    ///< The same, and import the demo tasks into it.
  std::vector<std::string> accept_file_systems;  ///< Network file systems to trust, by name.
  Duration owner_wait = Options{}.owner_wait;    ///< For programs that a dead server left.
  api::ServerOptions server;
  bool no_sign_in = false;  ///< Everybody on this machine is an admin.
  EngineOptions engine;
  CommandPolicy command;
  bool http_allow_private = false;  ///< HTTP tasks may call private and loopback addresses.
};

}  // namespace rota::config
