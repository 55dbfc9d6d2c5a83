// Which log lines the terminal shows. Standard error belongs to the whole process, and so does
// this.
#pragma once

#include "base/log.h"

namespace rota::embed {

/// Schedulers that are opened from now on, with Options::log_to_terminal, leave lines below this
/// out there. Until it is called: kInfo.
void limit_terminal_log(base::LogLevel least);

base::LogLevel terminal_log_level();

}  // namespace rota::embed
