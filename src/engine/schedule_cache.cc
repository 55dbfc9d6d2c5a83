#include "engine/schedule_cache.h"

#include "model/validation.h"

namespace rota::engine {

Result<Schedule> ScheduleCache::find(const Task& task) {
  const std::lock_guard lock(mutex_);
  const auto known = by_task_.find(task.id.value);
  if (known != by_task_.end()) {
    if (known->second->version == task.version) {
      entries_.splice(entries_.begin(), entries_, known->second);
      return known->second->schedule;
    }
    entries_.erase(known->second);
    by_task_.erase(known);
  }
  auto schedule = Schedule::parse(task.schedule, model::schedule_options(task));
  if (!schedule) return schedule;
  entries_.push_front({task.id.value, task.version, *schedule});
  by_task_[task.id.value] = entries_.begin();
  if (entries_.size() > entries_max_) {
    by_task_.erase(entries_.back().task_id);
    entries_.pop_back();
  }
  return schedule;
}

std::size_t ScheduleCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace rota::engine
