#include "cli/app.h"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "cli/commands.h"
#include "cli/machine.h"

namespace rota::cli {
namespace {

std::string default_database() {
  const char* named = std::getenv("ROTA_DB");
  return named != nullptr && *named != '\0' ? named : "var/rota.db";
}

int run_invocation(const Invocation& invocation) {
  const Console console = make_console(invocation.global.json);
  const SystemClock clock;
  Sources sources;
  const Context context{console, clock, invocation.global.database,
                        current_user() + " (command line)", sources};
  try {
    auto exit_code = std::visit([&](const auto& command) { return run_command(command, context); },
                                invocation.command);
    if (!exit_code) return print_error(console, exit_code.error(), sources);
    console.out.flush();
    if (!console.out) {
      return print_error(console,
                         {ErrorCode::kIo, "standard output cannot be written", {}, {}, {}});
    }
    return *exit_code;
  } catch (const std::exception& thrown) {
    return print_error(console, {ErrorCode::kInternal,
                                 fmt::format("this should not have happened: {}", thrown.what()),
                                 "please report it with the command you typed",
                                 {},
                                 {}});
  }
}

}  // namespace

int run_app(int argc, const char* const* argv) {
  const auto parsed = parse_command_line(argc, argv, default_database());
  if (const auto* exit = std::get_if<ParseExit>(&parsed)) {
    std::cout << exit->out;
    std::cerr << exit->err;
    return exit->exit_code;
  }
  return run_invocation(std::get<Invocation>(parsed));
}

}  // namespace rota::cli
