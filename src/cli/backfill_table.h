// A plan of making up, as people and programs read it.
#pragma once

#include <vector>

#include "cli/console.h"
#include "rota/backfill.h"

namespace rota::cli {

/// Each slot in UTC with what stands there and what is to become of it; with --json an array.
void print_backfill(const Console& console, const std::vector<BackfillSlot>& plan);

/// How many of them are to run.
std::size_t count_runs(const std::vector<BackfillSlot>& plan);

}  // namespace rota::cli
