// Keeps the memory of this process from others on the machine, its own user included.
#pragma once

namespace rota::base {

/// No core dump, and no ptrace, /proc/PID/mem or /proc/PID/environ for anybody but root. Children
/// inherit it until they exec. Does nothing in builds with a sanitizer, which looks at itself by
/// ptrace.
void make_process_private();

}  // namespace rota::base
