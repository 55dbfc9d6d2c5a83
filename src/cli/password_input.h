// Asking for a password: at a terminal without showing it, from a program as one line of input.
#pragma once

#include <string>

#include "cli/commands.h"

namespace rota::cli {

/// At a terminal it is asked for twice. kInvalidArgument when both differ or nothing comes.
Result<std::string> read_new_password(const Context& context);

/// The same for a secret; from a program all of the input, without one line break at its end.
Result<std::string> read_new_secret(const Context& context);

}  // namespace rota::cli
