// The server's side of the warden: a ProcessRunner whose one thread moves all output, input and
// news between the programs and their handlers.
#pragma once

#include <memory>

#include "handlers/process_runner.h"

namespace rota::warden {

/// Forks the warden and returns the runner that speaks to it. Call it early, while the process is
/// small and before it has threads: the warden is a copy of the process as it is then. A warden
/// that dies is replaced; its programs end with kUnavailable. Destroying the runner ends all
/// programs. Errors: kUnavailable.
Result<std::unique_ptr<handlers::ProcessRunner>> start_warden();

}  // namespace rota::warden
