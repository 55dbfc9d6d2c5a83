// A Task says what to do and when: the configuration people edit. What became of it stands apart,
// in TaskExecution, so that recording a result is never a change of configuration.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rota/schedule.h"
#include "rota/time.h"

namespace rota {

/// A number from the database that cannot be mixed up with another kind of number.
template <class Tag>
struct Id {
  std::int64_t value = 0;
  constexpr bool is_set() const { return value != 0; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

using TaskId = Id<struct TaskIdTag>;
using RunId = Id<struct RunIdTag>;
using CalendarId = Id<struct CalendarIdTag>;
/// One process incarnation of a server; a restart never inherits one.
using NodeId = Id<struct NodeIdTag>;

/// Which slots that were missed (server down, database away) are run afterwards.
enum class CatchUp { kSkip, kLatest, kAll };

/// What happens to a slot while an earlier run of the same task still goes on.
enum class Overlap { kSkip, kQueue, kAllow, kCancelRunning };

enum class RetryBackoff { kFixed, kExponential };

/// What happens to a run that had started when its node died.
enum class Delivery { kAtLeastOnce, kAtMostOnce };

/// The bounds that a task's fields keep; the database's CHECK constraints say the same.
inline constexpr std::size_t kTaskNameMax = 200;        // characters
inline constexpr std::size_t kTaskMetadataMax = 65536;  // bytes of JSON
inline constexpr int kPriorityMost = 1;                 // most urgent
inline constexpr int kPriorityLeast = 100;              // least urgent
inline constexpr int kPriorityDefault = 50;

/// Configuration of one task. Field names and meanings are those of the table `task`.
struct Task {
  TaskId id;
  std::string name;              ///< Unique, 1 to kTaskNameMax characters, no control ones.
  std::string type;              ///< The handler: snake_case.
  std::string schedule;          ///< The text that says when.
  std::string timezone = "UTC";  ///< IANA name.
  std::optional<CalendarId> calendar_id;  ///< None: the default calendar.
  bool working_days_only = false;
  NonWorkingDay on_non_working_day = NonWorkingDay::kSkip;
  int working_day_offset = 0;       ///< Moves each slot by so many working days; -60 to 60.
  int priority = kPriorityDefault;  ///< 1 to 100, lower is more urgent.
  bool active = true;
  std::optional<Instant> paused_until;  ///< kForever: until somebody resumes it.
  std::string pause_reason;
  std::string paused_by;  ///< Who set `paused_until`, as the history of changes has it; read only.
  std::string metadata = "{}";  ///< A JSON object for the handler.
  std::string description;
  std::string owner;
  std::string tags;               ///< Comma-separated words.
  std::string queue = "default";  ///< Named queue with its own concurrency limit.
  std::optional<Instant> starts_at;
  std::optional<Instant> ends_at;
  std::optional<Instant> anchor_at;  ///< Grid origin; set when the task is created.
  std::int64_t jitter_s = 0;
  CatchUp catch_up = CatchUp::kLatest;
  std::int64_t catch_up_window_s = 86400;  ///< Slots missed longer ago are never run.
  Overlap overlap = Overlap::kSkip;
  std::int64_t backlog_max =
      1;  ///< With Overlap::kQueue: slots that may wait; the rest is left out.
  Delivery delivery = Delivery::kAtLeastOnce;
  std::int64_t timeout_s = 3600;  ///< 0: none.
  int attempts_max = 1;           ///< 1: no retry.
  std::int64_t retry_delay_s = 30;
  RetryBackoff retry_backoff = RetryBackoff::kExponential;
  std::int64_t retry_delay_max_s = 3600;
  int failures_max = 0;        ///< Deactivate after so many failed runs in a row; 0: never.
  std::int64_t keep_runs = 0;  ///< Finished runs kept for this task; 0: by age and size alone.
  std::optional<DstGap> dst_gap;
  std::optional<DstOverlap> dst_overlap;
  std::int64_t version = 1;  ///< Grows with every change, whoever makes it.
  Instant created_at{};
  Instant updated_at{};
  std::string updated_by;
};

/// How a task stands: written by the engine only.
struct TaskExecution {
  std::optional<Instant> next_scheduled_at;
  std::optional<Instant> executed_at;             ///< Start of the last finished run.
  std::optional<std::int64_t> execution_time_ms;  ///< Duration of the last finished run.
  std::string last_status;                        ///< Its status, in words; empty: never ran.
  std::string last_result;
  std::int64_t failure_count = 0;  ///< Failed runs in a row.
  std::string schedule_error;      ///< Why the schedule cannot be planned; empty: fine.
};

/// A task and how it stands: one row of the page.
struct TaskView {
  Task task;
  TaskExecution execution;
};

}  // namespace rota
