// Runs as a table, newest first.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/console.h"
#include "rota/run.h"

namespace rota::cli {

using TaskNames = std::map<TaskId, std::string>;

/// With names, a column says which task each run is of.
void print_runs(const Console& console, const std::vector<Run>& runs, const TaskNames& names);

/// One run as one line, for what is followed.
std::string run_line(const Console& console, const Run& run, const std::string& task_name);

/// How late it began: "+0.4 ms"; empty for runs that did not begin.
std::string lateness_text(const Run& run);

}  // namespace rota::cli
