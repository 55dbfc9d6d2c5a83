// How a task and a run stand, in the words and colours that every command shares.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/table.h"
#include "rota/run.h"
#include "rota/scheduler.h"
#include "rota/task.h"

namespace rota::cli {

/// "ok", "failing", "paused", "off", "error" (cannot be planned) or "new" (never ran).
Cell status_cell(const TaskView& view);

/// A run's status in its colour.
Cell status_cell(RunStatus status);

/// "2026-11-23 09:30:05": UTC to the second, for columns that say so.
std::string short_utc(Instant at);

/// "0ms", "1.2s"; empty when there is none.
std::string took_text(const std::optional<std::int64_t>& milliseconds);

/// As JSON, the way the API shows it.
void print_task_json(const Console& console, const TaskView& view);
/// The task as it is stored now, with its execution.
Result<int> print_task_json(const Console& console, const Scheduler& scheduler, TaskId id);
void print_run_json(const Console& console, const Run& run);

/// The exit code of `--wait`: 0 succeeded, else that of the kind of ending.
int exit_code_of(RunStatus status);

}  // namespace rota::cli
