// Which programs this server may start: decided by whoever starts the server, never by a task.
#pragma once

#include <string>
#include <string_view>

#include "handlers/program_file.h"
#include "rota/options.h"
#include "rota/result.h"

namespace rota::handlers {

/// The PATH that commands get and are looked up in. Fixed: neither a task nor the environment of
/// whoever starts the server can put another program before the one that is meant.
inline constexpr std::string_view kCommandPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Whether a server may start with this policy: every pattern names a program or folder that is
/// there and that nobody else may change, every rule can be read. Errors: kInvalidArgument.
Result<void> check_policy(const CommandPolicy& policy);

/// The absolute path of a program given as such or by its name in kCommandPath. Errors:
/// kInvalidArgument for a relative path, kNotFound.
Result<std::string> find_program(const std::string& name);

/// Whether a pattern of the policy (a path, a folder ending in '/', "*") covers a program's path.
bool pattern_allows(std::string_view pattern, std::string_view program);

/// Whether that program may be started, and how far its file is trusted. The file itself has been
/// looked at, too. Errors: kNotAllowedHere, with the flag that would allow it.
Result<ProgramTrust> allow_program(const CommandPolicy& policy, const std::string& program);

/// Whether a shell text may be run. Errors: kNotAllowedHere.
Result<void> allow_shell(const CommandPolicy& policy);

}  // namespace rota::handlers
