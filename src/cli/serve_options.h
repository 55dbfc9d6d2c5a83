// Where `rota serve` runs and what it keeps where, as the parser sees it. Only for the one file
// that sees CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/invocation.h"

namespace rota::cli {

inline void add_serve_place(CLI::App& c, ServeCommand& serve) {
  c.add_option("--run-as", serve.run_as, "User that command tasks run as")->type_name("USER");
  c.add_option("--workers", serve.workers, "Blocking handlers at once (default 16)")
      ->type_name("COUNT")
      ->check(CLI::Range(1, 1024));
  c.add_option("--log-file", serve.log_file,
               "Log of JSON lines (default: log/tasks.log in --data); empty: none")
      ->type_name("PATH");
  c.add_option("--data", serve.data_folder,
               "Folder for what handlers make (default: the database's)")
      ->type_name("FOLDER");
  c.add_option("--key-file", serve.key_file,
               "Key of the secrets (default: $ROTA_KEY_FILE or the database's path + .key)")
      ->type_name("PATH");
  c.add_option("--node-name", serve.node_name, "Name of this node (default: the host's name)")
      ->type_name("NAME");
  c.add_flag("--demo", serve.demo, "Fill a new database with the demo tasks");
  CLI::Option* const certificate =
      c.add_option("--tls-cert", serve.tls_certificate,
                   "Serve https with this certificate (PEM, with its chain)")
          ->type_name("FILE");
  c.add_option("--tls-key", serve.tls_key, "The certificate's key (PEM, without a passphrase)")
      ->type_name("FILE")
      ->needs(certificate);
  c.add_flag("--behind-tls-proxy", serve.behind_tls_proxy,
             "A proxy before this server speaks https with browsers")
      ->excludes(certificate);
  c.add_flag("--no-sign-in", serve.no_sign_in,
             "Everybody on this machine is an admin, without a password; for trials");
  c.add_flag("--quiet", serve.quiet, "Print no line for each run");
  c.footer(
      "SIGTERM and Ctrl-C finish what runs, a second one stops at once; SIGHUP reads the "
      "certificate "
      "again.");
}

}  // namespace rota::cli
