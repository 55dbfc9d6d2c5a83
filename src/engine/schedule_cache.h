// Parsed schedules of the tasks that were planned lately. Bounded, so that memory does not grow
// with the number of tasks; keyed by id and version, so that an edit can never meet an old parse.
#pragma once

#include <list>
#include <mutex>
#include <unordered_map>

#include "rota/schedule.h"
#include "rota/task.h"

namespace rota::engine {

/// Thread rule: any thread.
class ScheduleCache {
 public:
  explicit ScheduleCache(std::size_t entries_max = 4096) : entries_max_(entries_max) {}
  /// The task's schedule; the parser's error when its text or zone is wrong.
  Result<Schedule> find(const Task& task);
  std::size_t size() const;

 private:
  struct Entry {
    std::int64_t task_id;
    std::int64_t version;
    Schedule schedule;
  };

  const std::size_t entries_max_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<std::int64_t, std::list<Entry>::iterator> by_task_;
};

}  // namespace rota::engine
