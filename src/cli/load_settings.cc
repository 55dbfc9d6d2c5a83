#include "cli/load_settings.h"

#include <unistd.h>

namespace rota::cli {

Result<config::Configuration> load_settings(const ServeCommand& command, const Context& context) {
  auto configuration =
      config::load_configuration(config::inputs_of(command.config_file, command.flags, environ));
  if (!configuration) return configuration;
  for (const std::string& warning : configuration->warnings) context.console.warn(warning);
  return configuration;
}

}  // namespace rota::cli
