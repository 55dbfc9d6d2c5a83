// The settings that a server would be started with, for the commands that need them.
#pragma once

#include "cli/commands.h"
#include "config/configuration.h"

namespace rota::cli {

/// Flags, environment and file together; what is odd about them is a warning on standard error.
/// Errors: those of config::load_configuration().
Result<config::Configuration> load_settings(const ServeCommand& command, const Context& context);

}  // namespace rota::cli
