// What an edit of one task, or a new one, would do to its slots.
#pragma once

#include "preview/calendar_change.h"

namespace rota::preview {

/// `before` none: the task is new. A task that is switched off has no slots. The answer names at
/// most the one task, as `after` calls it. Errors: those of the store, which knows the calendars.
Result<CalendarPreview> preview_task_change(store::Store& store, const std::optional<Task>& before,
                                            const Task& after, Instant now,
                                            const DifferenceLimits& limits = {});

}  // namespace rota::preview
