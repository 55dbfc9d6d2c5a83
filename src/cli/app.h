// The program: reads the command line, runs the command, prints its error. The composition root.
#pragma once

namespace rota::cli {

/// Runs one invocation and returns its exit code.
int run_app(int argc, const char* const* argv);

}  // namespace rota::cli
