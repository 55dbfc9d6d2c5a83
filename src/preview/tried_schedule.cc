#include "preview/tried_schedule.h"

#include "model/validation.h"

namespace rota::preview {

std::optional<Schedule> tried_schedule(const Task& task,
                                       std::shared_ptr<const WorkingCalendar> calendar) {
  ScheduleOptions options = model::schedule_options(task, std::move(calendar));
  options.accept_impossible_dates = true;
  auto schedule = Schedule::parse(task.schedule, options);
  if (!schedule) return std::nullopt;
  return std::move(*schedule);
}

}  // namespace rota::preview
