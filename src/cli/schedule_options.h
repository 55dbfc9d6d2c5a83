// From what was typed after `rota next` and `rota explain` to the options of a schedule.
#pragma once

#include "cli/commands.h"
#include "rota/schedule.h"

namespace rota::cli {

/// Impossible dates are accepted: the answer is then "never". Errors: kInvalidArgument for unknown
/// words, kNotFound for a calendar that is neither shipped nor in the database.
Result<ScheduleOptions> schedule_options(const WorkingDayChoice& choice,
                                         const std::string& timezone, Instant anchor,
                                         const Context& context);

/// "Tue".
std::string_view weekday_name(const ExplainedSlot& slot);

/// What decided a slot, or why it does not run, as one line.
std::string why(const ExplainedSlot& slot);

/// Why there is no slot after `from`: one sentence or more, each a line.
std::vector<std::string> never_because(const Schedule& schedule, Instant from);

}  // namespace rota::cli
