#include "embed/terminal_log.h"

#include <atomic>

namespace rota::embed {
namespace {

std::atomic<base::LogLevel> least_level{base::LogLevel::kInfo};

}  // namespace

void limit_terminal_log(base::LogLevel least) { least_level = least; }

base::LogLevel terminal_log_level() { return least_level; }

}  // namespace rota::embed
