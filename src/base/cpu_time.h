// How much a thread has computed, whoever else had the processor meanwhile: what a budget of work
// is measured by. Wall time would give less work on a busy machine.
#pragma once

#include <functional>

#include "rota/time.h"

namespace rota::base {

/// Processor time of the calling thread since its start.
Duration thread_cpu_time();

/// True from the moment that the calling thread has computed for so long since now. Ask it on the
/// same thread.
std::function<bool()> cpu_budget(Duration budget);

}  // namespace rota::base
