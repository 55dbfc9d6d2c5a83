// What the parser knows of the commands beside understanding them: what is wrong with a command
// line, and the list of all commands.
#pragma once

#include <vector>

#include "cli/invocation.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace rota::cli {

/// What is wrong with a command line; says more than CLI11 where a command is misspelt.
ParseExit usage_error(const CLI::App& app, const CLI::ParseError& error);

/// The program and every command below it.
std::vector<CommandSpec> list_specs(const CLI::App& app);

}  // namespace rota::cli
