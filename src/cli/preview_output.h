// The answer to --dry-run, the same for a change of a task and of a calendar.
#pragma once

#include "cli/console.h"
#include "preview/calendar_change.h"

namespace rota::cli {

/// Which slots would appear, vanish or move, in each task's own zone; with --json one object.
void print_preview(const Console& console, const preview::CalendarPreview& found);

}  // namespace rota::cli
