// The settings that a server would be started with, for the commands that need them.
#pragma once

#include "base/log.h"
#include "cli/commands.h"
#include "config/configuration.h"

namespace rota::cli {

/// Flags, environment and file together; what is odd about them is a warning on standard error.
/// Errors: those of config::load_configuration().
Result<config::Configuration> load_settings(const ServeCommand& command, const Context& context);

/// After SIGHUP: says in the log which settings differ now from those that the server runs with, or
/// what is wrong with the file. None of them changes.
void log_changed_settings(const ServeCommand& command, const config::Configuration& running,
                          const base::Logger& log);

}  // namespace rota::cli
