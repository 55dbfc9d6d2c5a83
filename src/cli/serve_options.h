// The options of `rota serve`, made from the table of settings. Only for the one file that sees
// CLI11.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/invocation.h"
#include "config/setting_table.h"
#include "config/setting_value.h"

namespace rota::cli {

inline void add_setting(CLI::App& to, const config::Setting& setting) {
  const std::string help =
      setting.value_name.empty()
          ? std::string(setting.meaning)
          : fmt::format("{} (default: {}){}", setting.meaning, config::default_text(setting),
                        config::has_items(setting) ? "; may be repeated" : "");
  CLI::Option* const option = setting.value_name.empty()
                                  ? to.add_flag(std::string(setting.flag), help)
                                  : to.add_option(std::string(setting.flag), help);
  if (setting.value_name.empty()) return;
  option->type_name(std::string(setting.value_name));
  if (config::has_items(setting)) {
    option->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

/// Every setting that has a flag, but --db: all commands have that one.
inline void add_settings(CLI::App& to, std::string& config_file) {
  to.add_option("--config", config_file,
                "Configuration file in TOML (default: $ROTA_CONFIG, else none)")
      ->type_name("FILE");
  for (const config::Setting& setting : config::all_settings()) {
    if (!setting.flag.empty() && setting.key != "db") add_setting(to, setting);
  }
}

/// What was typed of them. `root` is the program itself: --db may stand before the command.
inline config::FlagTexts typed_settings(const CLI::App& root, const CLI::App& command) {
  config::FlagTexts typed;
  for (const config::Setting& setting : config::all_settings()) {
    if (setting.flag.empty()) continue;
    const std::string flag(setting.flag);
    const CLI::Option* option = command.get_option(flag);
    if (option->count() == 0 && setting.key == "db") option = root.get_option(flag);
    if (option->count() > 0) typed.emplace_back(setting.key, option->results());
  }
  return typed;
}

}  // namespace rota::cli
