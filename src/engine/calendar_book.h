// The calendars that tasks follow, put together once and kept until something about any calendar
// changes. One calendar serves many schedules at a time; it is built when it is first asked for.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "rota/calendar.h"
#include "rota/schedule.h"
#include "store/store.h"

namespace rota::engine {

/// Thread rule: any thread.
class CalendarBook {
 public:
  explicit CalendarBook(store::Store& store) : store_(store) {}

  /// The calendar of a task: its own, or with none the default one. Errors: the store's;
  /// kInvalidArgument when somebody wrote rows by hand that stand on one another in a circle.
  Result<std::shared_ptr<const WorkingCalendar>> find(std::optional<CalendarId> id);

  /// Asks whether anything about calendars has changed since the last time; if so what was known
  /// is forgotten and read anew when it is wanted.
  Result<void> refresh();
  /// Grows each time something was forgotten: what was built from an earlier one is out of date.
  std::uint64_t generation() const { return generation_; }

 private:
  store::Store& store_;
  std::mutex mutex_;
  std::int64_t seq_ = -1;  // of calendar_change, up to which what is known holds
  std::atomic<std::uint64_t> generation_{0};
  std::unordered_map<std::int64_t, std::shared_ptr<const WorkingCalendar>> known_;  // 0: default
};

}  // namespace rota::engine
