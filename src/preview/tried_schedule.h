// A task's schedule for looking ahead: with any calendar, and forgiving dates that no year has.
#pragma once

#include <memory>
#include <optional>

#include "rota/schedule.h"
#include "rota/task.h"

namespace rota::preview {

/// None: the text cannot be parsed, so the task has no slots.
std::optional<Schedule> tried_schedule(const Task& task,
                                       std::shared_ptr<const WorkingCalendar> calendar);

}  // namespace rota::preview
