#include "config/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/suggestion.h"
#include "config/checks.h"
#include "config/config_file.h"
#include "config/reach.h"
#include "config/setting_value.h"
#include "config/toml.h"

namespace rota::config {
namespace {

constexpr std::string_view kPrefix = "ROTA_";
constexpr std::string_view kFileVariable = "ROTA_CONFIG";
constexpr std::size_t kFaultsMax = 100;

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

// The key that was meant, also where only its section is wrong or absent.
std::string nearest_key(std::string_view typed) {
  std::vector<std::string> keys;
  for (const Setting& setting : all_settings()) keys.emplace_back(setting.key);
  for (const std::string& key : keys) {
    if (last_part(key) == last_part(typed)) return key;
  }
  if (std::string best = base::nearest_word(typed, keys); !best.empty()) return best;
  std::vector<std::string> parts;
  for (const std::string& key : keys) parts.emplace_back(last_part(key));
  const std::string part = base::nearest_word(last_part(typed), parts);
  const auto found = std::find(parts.begin(), parts.end(), part);
  return found == parts.end() ? "" : keys[static_cast<std::size_t>(found - parts.begin())];
}

// "[server]", for "Server" or "servr".
std::string nearest_section(std::string_view typed) {
  std::vector<std::string> sections;
  for (const Setting& setting : all_settings()) {
    const std::size_t dot = setting.key.find('.');
    if (dot != std::string_view::npos || has_items(setting)) {
      sections.emplace_back(setting.key.substr(0, dot));
    }
  }
  std::string small(typed);
  for (char& letter : small) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  const std::string best = base::nearest_word(small, sections);
  return best.empty() ? "" : fmt::format("[{}]", best);
}

bool is_section(std::string_view name) {
  return std::ranges::any_of(all_settings(), [&](const Setting& setting) {
    return setting.key.starts_with(name) && setting.key.substr(name.size()).starts_with('.');
  });
}

class Loader {
 public:
  Loader() { made_.origins.resize(all_settings().size()); }

  void take_file(const Node& root, const std::string& path) {
    made_.file = path;
    take_table(std::get<NodeTable>(root.value), "");
  }

  void take_environment(const std::vector<std::pair<std::string, std::string>>& variables) {
    for (const auto& [name, text] : variables) {
      const auto settings = all_settings();
      const auto found = std::ranges::find_if(
          settings, [&, wanted = std::string_view(name)](const Setting& setting) {
            return variable_of(setting) == wanted;
          });
      if (found == settings.end()) {
        warn_of_variable(name);
        continue;
      }
      const auto texts = has_items(*found) ? split_items(text) : std::vector<std::string>{text};
      take(*found, node_of_texts(*found, texts), {OriginKind::kEnvironment, name}, name, name);
    }
  }

  void take_flags(const FlagTexts& flags) {
    for (const auto& [key, texts] : flags) {
      const Setting* const setting = find_setting(key);
      if (setting == nullptr || texts.empty()) continue;
      const std::string flag(setting->flag);
      take(*setting, node_of_texts(*setting, texts), {OriginKind::kFlag, flag}, flag, flag);
    }
  }

  void add_fault(std::string place, std::string message) {
    if (faults_.size() < kFaultsMax) {
      faults_.push_back({std::move(place), std::move(message), std::nullopt});
    } else {
      ++left_out_;
    }
  }

  Result<Configuration> finish() {
    if (faults_.empty()) {
      check_together(made_, [&](const std::string& key, std::string message) {
        add_fault(place_of_key(key), std::move(message));
      });
    }
    if (faults_.empty()) {
      std::ranges::move(reach_warnings(made_.settings), std::back_inserter(made_.warnings));
      return std::move(made_);
    }
    Error error{ErrorCode::kInvalidArgument, {}, {}, {}, std::move(faults_)};
    const FieldError& first = error.fields.front();
    error.message = error.fields.size() == 1 ? fmt::format("{}: {}", first.field, first.message)
                                             : fmt::format("the configuration has {} faults",
                                                           error.fields.size() + left_out_);
    const bool typed = std::ranges::any_of(
        error.fields, [](const FieldError& fault) { return fault.field.starts_with('-'); });
    error.hint = typed
                     ? "rota serve --help shows the options, docs/configuration.md explains them"
                     : "docs/configuration.md explains every setting, rota config show lists them";
    return fail(std::move(error));
  }

 private:
  std::string place_of(const Node& node) const {
    return fmt::format("{}:{}:{}", made_.file, node.line, node.column);
  }

  // Where the setting was given; its own name where it was not.
  std::string place_of_key(const std::string& key) const {
    const Setting* const setting = find_setting(key);
    if (setting == nullptr || !made_.is_given(key)) return key;
    const Origin& origin = made_.origins[static_cast<std::size_t>(setting - all_settings().data())];
    if (origin.kind != OriginKind::kFile) return origin.name;
    return fmt::format("{}:{}:{}", origin.name, origin.line, origin.column);
  }

  void take_table(const NodeTable& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key = prefix + name;
      if (const Setting* const setting = find_setting(key)) {
        take(*setting, node, {OriginKind::kFile, made_.file, node.line, node.column},
             place_of(node), key);
      } else if (const auto* const section = node.as<NodeTable>(); section && is_section(key)) {
        take_table(*section, key + ".");
      } else {
        refuse_key(key, node);
      }
    }
  }

  void refuse_key(const std::string& key, const Node& node) {
    // What was meant takes a while to find, and a file may have any number of wrong keys.
    if (faults_.size() >= kFaultsMax) return add_fault({}, {});
    if (is_section(key)) {
      return add_fault(place_of(node), fmt::format("{} is {}; it is the section [{}], with keys "
                                                   "below it",
                                                   key, describe(node), key));
    }
    const bool section = node.as<NodeTable>() != nullptr || node.as<NodeList>() != nullptr;
    std::string best = section ? nearest_section(key) : "";
    if (best.empty()) best = nearest_key(key);
    add_fault(place_of(node),
              fmt::format("{} is not a setting{}", key,
                          best.empty() ? "" : fmt::format("; did you mean {}?", best)));
  }

  void warn_of_variable(const std::string& name) {
    if (name == kFileVariable) return;
    std::vector<std::string> names;
    for (const Setting& setting : all_settings()) names.push_back(variable_of(setting));
    const std::string best = base::nearest_word(name, names);
    if (!best.empty()) {
      made_.warnings.push_back(fmt::format(
          "the environment variable {} is not a setting; did you mean {}?", name, best));
    }
  }

  void take(const Setting& setting, const Node& node, Origin origin, std::string place,
            const std::string& name) {
    if (const auto found = set_value(setting, node, made_.settings)) {
      const std::string* const fault = &found->message;
      if (found->item != nullptr && found->item->line > 0) place = place_of(*found->item);
      const bool inside = fault->starts_with('.');
      if (place == name) return add_fault(place, inside ? fault->substr(1) : *fault);
      return add_fault(place, fmt::format("{}{}{}", name, inside ? "" : " ", *fault));
    }
    made_.origins[static_cast<std::size_t>(&setting - all_settings().data())] = std::move(origin);
  }

  Configuration made_;
  std::vector<FieldError> faults_;
  std::size_t left_out_ = 0;
};

Result<Configuration> load(const Inputs& inputs, const std::string_view* file_text) {
  Loader loader;
  if (file_text != nullptr) {
    const auto root = parse_toml(*file_text, inputs.file);
    if (root) {
      loader.take_file(*root, inputs.file);
    } else {
      const FieldError& fault = root.error().fields.front();
      loader.add_fault(fault.field, fault.message);
    }
  }
  loader.take_environment(inputs.environment);
  loader.take_flags(inputs.flags);
  return loader.finish();
}

}  // namespace

bool Configuration::is_given(std::string_view key) const {
  const Setting* const setting = find_setting(key);
  return setting != nullptr &&
         origins[static_cast<std::size_t>(setting - all_settings().data())].kind !=
             OriginKind::kDefault;
}

Result<Configuration> load_configuration(const Inputs& inputs) {
  if (inputs.file.empty()) return load(inputs, nullptr);
  const auto text = read_config_file(inputs.file);
  if (!text) return fail(text.error());
  return read_configuration(inputs, *text);
}

Result<Configuration> read_configuration(const Inputs& inputs, std::string_view file_text) {
  return load(inputs, &file_text);
}

Inputs inputs_of(std::string config_file, FlagTexts flags, const char* const* environment) {
  Inputs inputs{std::move(flags), {}, std::move(config_file)};
  for (const char* const* at = environment; at != nullptr && *at != nullptr; ++at) {
    const std::string_view variable(*at);
    const std::size_t equals = variable.find('=');
    // An empty variable is as good as none, as everywhere in the shell.
    if (!variable.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    if (equals + 1 == variable.size()) continue;
    inputs.environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    const auto& [name, text] = inputs.environment.back();
    if (name == kFileVariable && inputs.file.empty()) inputs.file = text;
  }
  return inputs;
}

std::string origin_text(const Origin& origin) {
  if (origin.kind == OriginKind::kDefault) return "default";
  if (origin.kind == OriginKind::kFile) return fmt::format("{}:{}", origin.name, origin.line);
  return origin.name;
}

}  // namespace rota::config
