// What became of every due slot, as `rota runs --decisions` shows it.
#pragma once

#include <vector>

#include "cli/console.h"
#include "cli/run_table.h"
#include "rota/decision.h"
#include "rota/scheduler.h"

namespace rota::cli {

/// Page by page, newest slot first, at most `limit`.
Result<std::vector<Decision>> load_decisions(const Scheduler& scheduler, DecisionQuery query,
                                             std::size_t limit);

void print_decisions(const Console& console, const std::vector<Decision>& decisions,
                     const TaskNames& names);

}  // namespace rota::cli
