// Which programs this server may start: decided by whoever starts the server, never by a task.
#pragma once

#include <string>

#include "rota/options.h"
#include "rota/result.h"

namespace rota::handlers {

/// The PATH that commands get and are looked up in: the server's own, or the usual folders.
std::string command_path();

/// The absolute path of a program given as such or by its name in command_path(). Errors:
/// kInvalidArgument for a relative path, kNotFound.
Result<std::string> find_program(const std::string& name);

/// Whether that program may be started. Errors: kNotAllowedHere, with the flag that would allow it.
Result<void> allow_program(const CommandPolicy& policy, const std::string& program);

/// Whether a shell text may be run. Errors: kNotAllowedHere.
Result<void> allow_shell(const CommandPolicy& policy);

}  // namespace rota::handlers
