// Turns the operator's words on the sandbox of commands into the paths that the kernel is given.
#pragma once

#include <string>
#include <vector>

#include "handlers/process_runner.h"
#include "rota/options.h"
#include "rota/result.h"

namespace rota::handlers {

/// The system's programs, libraries and settings, the allowed programs, and the folders of the
/// policy; of none of them what lies below `hidden` (the server's own files and folders, absolute).
/// A folder that holds something hidden is replaced by all else in it, as it is now. Errors:
/// kInvalidArgument for a folder of the policy that is relative, not there, or holds something
/// hidden.
Result<ProcessSandbox> make_sandbox(const CommandPolicy& policy,
                                    const std::vector<std::string>& hidden);

}  // namespace rota::handlers
