// What a change of calendars would do to the tasks that follow them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "preview/calendar_set.h"
#include "preview/schedule_difference.h"

namespace rota::preview {

struct PreviewLimits {
  DifferenceLimits each;                    ///< Of one task.
  std::size_t slots_total_max = 5'000'000;  ///< Over all tasks.
  std::size_t tasks_listed_max = 200;       ///< With their changes; all are counted.
  std::function<bool()> is_time_up;         ///< May be none; the tasks left then are not compared.
};

/// A task with slots that change.
struct TaskPreview {
  TaskId id;
  std::string name;
  std::string timezone;
  ScheduleDifference difference;
};

struct CalendarPreview {
  Instant from{};
  Instant until{};
  std::vector<TaskPreview> tasks;  ///< Those with changes, by id.
  std::size_t looked_at = 0;       ///< Active tasks.
  std::size_t changed = 0;         ///< Tasks with changes, listed or not.
  std::size_t appear = 0;
  std::size_t vanish = 0;
  std::size_t move = 0;
  std::size_t not_compared = 0;  ///< Tasks left out when slots_total_max was reached.
  std::size_t shortened = 0;     ///< Tasks compared only in part (very many slots).
};

/// Called now and then with tasks done and tasks in all (-1: not known).
using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Compares every active task over the window from `now` on. A task whose schedule cannot be parsed
/// has no slots. Errors: those of the store.
Result<CalendarPreview> preview_calendar_change(store::Store& store, const CalendarSet& before,
                                                const CalendarSet& after, Instant now,
                                                const PreviewLimits& limits = {},
                                                const Progress& progress = {});

}  // namespace rota::preview
