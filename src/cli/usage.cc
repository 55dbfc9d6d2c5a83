#include "cli/usage.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/suggestion.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

// The deepest command that was named, and how: "rota task".
struct Named {
  const CLI::App* app;
  std::string path;
};

Named named_command(const CLI::App& app) {
  Named named{&app, "rota"};
  while (!named.app->get_subcommands().empty()) {
    named.app = named.app->get_subcommands().front();
    named.path += " " + named.app->get_name();
  }
  return named;
}

void list_into(std::vector<CommandSpec>& specs, const CLI::App& app, const std::string& path) {
  CommandSpec spec{path, app.get_description(), {}, {}, false};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      spec.options.push_back(
          {"--" + name, option->get_description(), option->get_items_expected_max() > 0});
    }
    if (option->get_name() == "TASK") spec.takes_task = true;
  }
  const auto children = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) spec.subcommands.push_back(child->get_name());
  specs.push_back(std::move(spec));
  for (const CLI::App* child : children) {
    list_into(specs, *child, path.empty() ? child->get_name() : path + " " + child->get_name());
  }
}

}  // namespace

ParseExit usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const Named named = named_command(app);
  const auto children = named.app->get_subcommands([](const CLI::App*) { return true; });
  const auto words = named.app->remaining();
  if (children.empty() || (!words.empty() && words.front().starts_with('-'))) {
    return {2, "", fmt::format("rota: {}\n  {} --help shows how\n", error.what(), named.path)};
  }
  if (words.empty()) return {2, "", named.app->help()};
  std::vector<std::string> names;
  for (const CLI::App* child : children) names.push_back(child->get_name());
  const std::string best = base::nearest_word(words.front(), names);
  const std::string guess = best.empty() ? "" : fmt::format("did you mean '{}'? ", best);
  return {2, "",
          fmt::format("rota: there is no command '{} {}'\n  {}{} --help lists all\n", named.path,
                      escape_text(words.front()), guess, named.path)};
}

std::vector<CommandSpec> list_specs(const CLI::App& app) {
  std::vector<CommandSpec> specs;
  list_into(specs, app, "");
  return specs;
}

}  // namespace rota::cli
