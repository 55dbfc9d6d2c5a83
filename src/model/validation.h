// What a task must be before it is stored. All wrong fields are named at once, so that a form can
// say each beside its field; the database's CHECK constraints hold the same bounds for SQL writers.
#pragma once

#include <memory>

#include "rota/result.h"
#include "rota/task.h"

namespace rota::model {

/// kInvalidArgument with one FieldError per wrong field: name, type, schedule (with its column),
/// timezone, metadata (must be a JSON object), every number's range, texts with NUL or broken
/// UTF-8.
Result<void> validate_task(const Task& task);

/// The fields that a pause sets, and no others: a task that was stored wrong can still be paused.
Result<void> validate_pause(const Task& task);

/// Whether its calendar has a say in the task's slots: by the working-day rule or a word like WD1.
bool needs_calendar(const Task& task);

/// What Schedule::parse needs to know about a task beside its text.
ScheduleOptions schedule_options(const Task& task,
                                 std::shared_ptr<const WorkingCalendar> calendar = nullptr);

}  // namespace rota::model
