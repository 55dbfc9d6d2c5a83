// What the kernel keeps from a program beyond the rights of its user: files by Landlock, calls that
// programs of a schedule do not need by seccomp. Both stay with all that it starts.
#pragma once

#include <string>
#include <vector>

#include "handlers/process_runner.h"
#include "rota/result.h"

namespace rota::warden {

/// Whether this kernel can do it. Errors: kInvalidArgument, saying what is missing.
Result<void> check_sandbox();

/// What this kernel's Landlock cannot hold back yet, a sentence each; empty: nothing.
std::vector<std::string> sandbox_gaps();

/// Closes the sandbox around this process for good: it may read and execute below
/// `sandbox.read`, write below `sandbox.write` and `own_folder`, and nothing else;
/// root keeps only its rights over files. Needs no_new_privs. False: errno says why; then nothing
/// may be started.
bool enter_sandbox(const handlers::ProcessSandbox& sandbox, const std::string& own_folder);

}  // namespace rota::warden
