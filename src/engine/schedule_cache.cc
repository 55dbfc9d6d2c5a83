#include "engine/schedule_cache.h"

#include "model/validation.h"

namespace rota::engine {

Result<Schedule> make_schedule(const Task& task, CalendarBook& calendars) {
  auto calendar = calendars.find(task.calendar_id);
  // A broken calendar stops only those who need one.
  if (!calendar && model::needs_calendar(task)) return fail(std::move(calendar.error()));
  return Schedule::parse(task.schedule,
                         model::schedule_options(task, calendar ? *calendar : nullptr));
}

Result<Schedule> ScheduleCache::find(const Task& task) {
  const std::uint64_t generation = calendars_.generation();
  {
    const std::lock_guard lock(mutex_);
    forget_older_than(generation);
    if (auto schedule = known(task)) return *schedule;
  }
  auto schedule = make_schedule(task, calendars_);
  if (!schedule) return schedule;
  const std::lock_guard lock(mutex_);
  if (generation == generation_) keep(task, *schedule);
  return schedule;
}

void ScheduleCache::forget_older_than(std::uint64_t generation) {
  if (generation_ >= generation) return;
  generation_ = generation;
  entries_.clear();
  by_task_.clear();
}

std::optional<Schedule> ScheduleCache::known(const Task& task) {
  const auto found = by_task_.find(task.id.value);
  if (found == by_task_.end() || found->second->version != task.version) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->schedule;
}

void ScheduleCache::keep(const Task& task, const Schedule& schedule) {
  drop(task.id.value);
  entries_.push_front({task.id.value, task.version, schedule});
  by_task_[task.id.value] = entries_.begin();
  if (entries_.size() > entries_max_) drop(entries_.back().task_id);
}

void ScheduleCache::drop(std::int64_t task_id) {
  const auto found = by_task_.find(task_id);
  if (found == by_task_.end()) return;
  entries_.erase(found->second);
  by_task_.erase(found);
}

std::size_t ScheduleCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace rota::engine
