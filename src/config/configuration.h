// A server's settings out of their four sources: flags, before environment variables, before the
// file, before defaults. Remembers where each value came from, and finds all faults at once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/setting_table.h"
#include "rota/result.h"

namespace rota::config {

/// Flags as typed: a setting's key, and its text for each time it was given. Yes-or-no flags have
/// the text "true" or "false".
using FlagTexts = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Where settings come from.
struct Inputs {
  FlagTexts flags;
  std::vector<std::pair<std::string, std::string>> environment;  ///< Those that begin with "ROTA_".
  std::string file;                                              ///< Its path; empty: none.
};

enum class OriginKind { kDefault, kFile, kEnvironment, kFlag };

struct Origin {
  OriginKind kind = OriginKind::kDefault;
  std::string name;        ///< The file's path, the variable, the flag.
  std::size_t line = 0;    ///< In the file.
  std::size_t column = 0;  ///< In the line.
};

struct Configuration {
  Settings settings;
  std::vector<Origin> origins;        ///< One for each row of all_settings().
  std::vector<std::string> warnings;  ///< What is odd, but no error.
  std::string file;                   ///< The one that was read; empty: none.

  /// Whether somebody chose the setting's value; `key` must be one of the table.
  bool is_given(std::string_view key) const;
};

/// Reads everything. Errors: those of read_config_file(); kInvalidArgument with one field error for
/// each fault, whose field is its place: "rota.toml:3:1", "ROTA_SERVER_PORT", "--port".
Result<Configuration> load_configuration(const Inputs& inputs);

/// As load_configuration(), with the file's text at hand instead of on the disk.
Result<Configuration> read_configuration(const Inputs& inputs, std::string_view file_text);

/// The environment's variables that begin with "ROTA_"; --config, else ROTA_CONFIG, names the file.
Inputs inputs_of(std::string config_file, FlagTexts flags, const char* const* environment);

/// "rota.toml:3", "ROTA_SERVER_PORT", "--port", "default".
std::string origin_text(const Origin& origin);

}  // namespace rota::config
