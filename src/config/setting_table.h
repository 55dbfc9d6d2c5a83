// The one table of settings. Options of `rota serve`, environment variables, keys of the
// configuration file, `rota config show`, completion and docs/configuration.md all come from it: a
// new setting is a member of Settings and a row here.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace rota::config {

/// Where a setting's value lives; the type of the member is the type of the setting.
using Target =
    std::variant<bool& (*)(Settings&), std::uint16_t& (*)(Settings&), std::size_t& (*)(Settings&),
                 std::int64_t& (*)(Settings&), double& (*)(Settings&), Duration& (*)(Settings&),
                 std::string& (*)(Settings&), std::optional<std::string>& (*)(Settings&),
                 std::vector<std::string>& (*)(Settings&),
                 std::map<std::string, std::size_t>& (*)(Settings&)>;

struct Setting {
  std::string_view key;   ///< In the file: "server.port". Small letters, '_' and one '.' at most.
  std::string_view flag;  ///< Of `rota serve`: "--port". Empty: the file and environment alone.
  std::string_view value_name;  ///< In the help text: "PORT". Empty for a yes or no.
  Target target;
  std::string_view meaning;
  /// Inclusive bounds of a number (in bytes for sizes, in milliseconds for durations), and of each
  /// number of a map.
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view unset = {};  ///< What an empty default means: "the host's name".
  bool bytes = false;           ///< A size: "1MiB" is understood.
  bool secret = false;          ///< Never printed.
};

/// Every setting, in the order in which they are listed.
std::span<const Setting> all_settings();

/// The setting of a key; null where there is none.
const Setting* find_setting(std::string_view key);

/// Its environment variable, by rule: ROTA_ and the key in capitals, '.' becoming '_'.
std::string variable_of(const Setting& setting);

/// "whole number, 1 to 1024", "duration, 100ms to 1m", "list of texts".
std::string type_text(const Setting& setting);

/// Its default as value_text() shows it, or what an empty one means.
std::string default_text(const Setting& setting);

}  // namespace rota::config
