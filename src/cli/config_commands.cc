// `rota config`: every setting with its value and where that came from, and whether a file is one
// that `rota serve` would start with.
#include <fmt/format.h>
#include <unistd.h>

#include "api/json_writer.h"
#include "cli/commands.h"
#include "cli/load_settings.h"
#include "cli/table.h"
#include "cli/text.h"
#include "config/setting_value.h"

namespace rota::cli {
namespace {

std::string_view origin_name(config::OriginKind kind) {
  switch (kind) {
    case config::OriginKind::kDefault:
      return "default";
    case config::OriginKind::kFile:
      return "file";
    case config::OriginKind::kEnvironment:
      return "environment";
    case config::OriginKind::kFlag:
      return "flag";
  }
  return "";
}

void write_setting(api::JsonWriter& out, const config::Setting& setting,
                   const config::Settings& settings, const config::Origin& origin) {
  out.begin_object()
      .field("key", setting.key)
      .field("value", config::value_text(setting, settings))
      .key("from")
      .begin_object()
      .field("kind", origin_name(origin.kind))
      .field("name", origin.name)
      .field("line", origin.line)
      .end_object();
  out.field("default", config::default_text(setting))
      .field("type", config::type_text(setting))
      .field("flag", setting.flag)
      .field("variable", config::variable_of(setting))
      .field("secret", setting.secret)
      .field("meaning", setting.meaning)
      .end_object();
}

void print_json(const Console& console, const config::Configuration& configuration) {
  api::JsonWriter out;
  out.begin_object().field("file", configuration.file).key("settings").begin_array();
  for (std::size_t i = 0; i < configuration.origins.size(); ++i) {
    write_setting(out, config::all_settings()[i], configuration.settings, configuration.origins[i]);
  }
  out.end_array().end_object();
  console.out << out.take() << '\n';
}

}  // namespace

Result<int> run_command(const ConfigShowCommand& command, const Context& context) {
  const Console& console = context.console;
  const auto configuration = load_settings(command.serve, context);
  if (!configuration) return fail(configuration.error());
  if (console.json) {
    print_json(console, *configuration);
    return 0;
  }
  Table table({{"SETTING"}, {"VALUE", Align::kLeft, true, 12}, {"FROM", Align::kLeft, true, 12}});
  for (std::size_t i = 0; i < configuration->origins.size(); ++i) {
    const config::Setting& setting = config::all_settings()[i];
    const config::Origin& origin = configuration->origins[i];
    const bool given = origin.kind != config::OriginKind::kDefault;
    const std::string value = config::value_text(setting, configuration->settings);
    table.add(
        {{std::string(setting.key), given ? Style::kStrong : Style::kPlain},
         {value.empty() && !given ? fmt::format("({})", config::default_text(setting)) : value},
         {config::origin_text(origin), given ? Style::kPlain : Style::kDim}});
  }
  table.print(console);
  return 0;
}

Result<int> run_command(const ConfigCheckCommand& command, const Context& context) {
  config::Inputs inputs = config::inputs_of(command.file, {}, environ);
  if (inputs.file.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no configuration file was named",
                "give its path, or set ROTA_CONFIG");
  }
  // The file by itself: what this shell's environment says does not count.
  inputs.environment.clear();
  const auto configuration = config::load_configuration(inputs);
  if (!configuration) return fail(configuration.error());
  std::size_t given = 0;
  for (const config::Origin& origin : configuration->origins) {
    given += origin.kind == config::OriginKind::kFile ? 1 : 0;
  }
  if (context.console.json) {
    api::JsonWriter out;
    out.begin_object().field("file", configuration->file).field("settings", given).end_object();
    context.console.out << out.take() << '\n';
  } else {
    context.console.out << fmt::format("{}: {} setting{}, no faults\n",
                                       escape_text(configuration->file), given,
                                       given == 1 ? "" : "s");
  }
  return 0;
}

}  // namespace rota::cli
