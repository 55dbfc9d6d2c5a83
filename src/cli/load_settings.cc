#include "cli/load_settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include "config/setting_value.h"

namespace rota::cli {

Result<config::Configuration> load_settings(const ServeCommand& command, const Context& context) {
  auto configuration =
      config::load_configuration(config::inputs_of(command.config_file, command.flags, environ));
  if (!configuration) return configuration;
  for (const std::string& warning : configuration->warnings) context.console.warn(warning);
  return configuration;
}

void log_changed_settings(const ServeCommand& command, const config::Configuration& running,
                          const base::Logger& log) {
  const auto now =
      config::load_configuration(config::inputs_of(command.config_file, command.flags, environ));
  if (!now) {
    std::string faults;
    for (const FieldError& fault : now.error().fields) {
      faults += fmt::format("{}{}: {}", faults.empty() ? "" : "; ", fault.field, fault.message);
    }
    return log.warning("config", "the configuration has faults: the next start would be refused",
                       {{"error", faults.empty() ? now.error().message : faults}});
  }
  std::string changed;
  for (const config::Setting& setting : config::all_settings()) {
    if (config::value_text(setting, now->settings) ==
        config::value_text(setting, running.settings)) {
      continue;
    }
    changed += fmt::format("{}{}", changed.empty() ? "" : ", ", setting.key);
  }
  if (changed.empty()) return;
  log.warning("config", "changed settings take effect at the next start", {{"settings", changed}});
}

}  // namespace rota::cli
