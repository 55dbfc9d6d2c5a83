// The part of the command line below `rota calendar`, in a file of its own.
#pragma once

#include <functional>

#include "cli/calendar_invocation.h"

namespace CLI {
class App;
}

namespace rota::cli {

/// Where the options of every calendar command are written while they are parsed.
struct CalendarTargets {
  CalendarList list;
  CalendarShow show;
  CalendarAdd add;
  CalendarEdit edit;
  CalendarRemove remove;
  CalendarDayAdd day_add;
  CalendarDayRemove day_remove;
  CalendarImport import;
  CalendarFeedSet feed;
  CalendarRefresh refresh;
  CalendarDiff diff;
  CalendarDefault default_one;
};

/// Makes a command that gives `made()` when it is chosen.
using AddCalendarLeaf = std::function<CLI::App&(
    CLI::App& parent, const char* name, const char* help, std::function<CalendarCommand()> made)>;

/// Adds every calendar command below `group`.
void add_calendar_commands(CLI::App& group, CalendarTargets& targets,
                           const AddCalendarLeaf& add_leaf);

}  // namespace rota::cli
