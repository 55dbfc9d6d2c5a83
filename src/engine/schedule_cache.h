// Parsed schedules of the tasks that were planned lately. Bounded, so that memory does not grow
// with the number of tasks; keyed by id and version, so that an edit can never meet an old parse,
// and emptied when a calendar changes.
#pragma once

#include <list>
#include <mutex>
#include <unordered_map>

#include "engine/calendar_book.h"
#include "rota/schedule.h"
#include "rota/task.h"

namespace rota::engine {

/// Thread rule: any thread.
class ScheduleCache {
 public:
  explicit ScheduleCache(CalendarBook& calendars, std::size_t entries_max = 4096)
      : calendars_(calendars), entries_max_(entries_max) {}
  /// The task's schedule in its calendar; the parser's error when its text or zone is wrong, the
  /// store's when its calendar cannot be had.
  Result<Schedule> find(const Task& task);
  std::size_t size() const;

 private:
  struct Entry {
    std::int64_t task_id;
    std::int64_t version;
    Schedule schedule;
  };

  void forget_older_than(std::uint64_t generation);
  std::optional<Schedule> known(const Task& task);
  void keep(const Task& task, const Schedule& schedule);
  void drop(std::int64_t task_id);

  CalendarBook& calendars_;
  const std::size_t entries_max_;
  mutable std::mutex mutex_;
  std::uint64_t generation_ = 0;  // of the calendars that the entries were made with
  std::list<Entry> entries_;      // the most recently used first
  std::unordered_map<std::int64_t, std::list<Entry>::iterator> by_task_;
};

/// Understands the task's schedule in its calendar, without any cache.
Result<Schedule> make_schedule(const Task& task, CalendarBook& calendars);

}  // namespace rota::engine
