#include "model/validation.h"

#include <fmt/format.h>

#include "model/faults.h"
#include "model/limits.h"
#include "model/text_rules.h"

namespace rota::model {
namespace {

void check_texts(const Task& task, Faults& faults) {
  faults.add_if("name", check_text(task.name, {1, kTaskNameMax}));
  faults.add_if("type", check_snake_case(task.type, kTypeMax));
  faults.add_if("queue", check_word(task.queue, kQueueMax));
  faults.add_if("description", check_text(task.description, {0, kDescriptionMax, Lines::kMany}));
  faults.add_if("owner", check_text(task.owner, {0, kOwnerMax}));
  faults.add_if("tags", check_text(task.tags, {0, kTagsMax}));
  faults.add_if("pause_reason", check_text(task.pause_reason, {0, kPauseReasonMax}));
  faults.add_if("metadata", check_json_object(task.metadata, kTaskMetadataMax));
}

void check_numbers(const Task& task, Faults& faults) {
  faults.range("priority", task.priority, kPriorityMost, kPriorityLeast);
  faults.range("working_day_offset", task.working_day_offset, -kWorkingDayOffsetMax,
               kWorkingDayOffsetMax);
  if (task.working_day_offset != 0 && !task.working_days_only) {
    faults.add("working_day_offset", {"needs working_days_only", std::nullopt});
  }
  faults.range("jitter_s", task.jitter_s, 0, kJitterMax);
  faults.range("catch_up_window_s", task.catch_up_window_s, 0, kCatchUpWindowMax);
  faults.range("timeout_s", task.timeout_s, 0, kTimeoutMax);
  faults.range("attempts_max", task.attempts_max, 1, kAttemptsMax);
  faults.range("retry_delay_s", task.retry_delay_s, 0, kRetryDelayMax);
  faults.range("retry_delay_max_s", task.retry_delay_max_s, 0, kRetryDelayCapMax);
  faults.range("failures_max", task.failures_max, 0, kFailuresMax);
  faults.range("keep_runs", task.keep_runs, 0, kKeepRunsMax);
  faults.range("backlog_max", task.backlog_max, kBacklogMin, kBacklogMax);
}

void check_instants(const Task& task, Faults& faults) {
  faults.instant("starts_at", task.starts_at);
  faults.instant("ends_at", task.ends_at);
  faults.instant("anchor_at", task.anchor_at);
  faults.instant("paused_until", task.paused_until);
  if (task.starts_at && task.ends_at && *task.ends_at <= *task.starts_at) {
    faults.add("ends_at", {"must be later than starts_at", std::nullopt});
  }
}

/// The zone is judged first and on its own, so that each error lands on its own field.
void check_schedule(const Task& task, Faults& faults) {
  ScheduleOptions options = schedule_options(task);
  options.jitter = {};  // judged as a number
  auto zone_fault = check_text(task.timezone, {1, kTimezoneMax});
  if (!zone_fault) {
    ScheduleOptions zone_only;
    zone_only.timezone = task.timezone;
    if (!Schedule::parse("* * * * *", zone_only)) {
      zone_fault =
          TextFault{fmt::format("'{}' is not a time zone; use an IANA name like Europe/London",
                                task.timezone),
                    std::nullopt};
    }
  }
  if (zone_fault) {
    faults.add("timezone", std::move(*zone_fault));
    options.timezone = "UTC";
  }
  if (auto fault = check_text(task.schedule, {1, kScheduleTextMax})) {
    faults.add("schedule", std::move(*fault));
    return;
  }
  const auto schedule = Schedule::parse(task.schedule, options);
  if (!schedule) faults.add("schedule", {schedule.error().message, schedule.error().column});
}

}  // namespace

Result<void> validate_task(const Task& task) {
  Faults faults("the task is not valid");
  check_texts(task, faults);
  check_schedule(task, faults);
  check_numbers(task, faults);
  check_instants(task, faults);
  return std::move(faults).verdict();
}

Result<void> validate_pause(const Task& task) {
  Faults faults("the task is not valid");
  faults.add_if("pause_reason", check_text(task.pause_reason, {0, kPauseReasonMax}));
  faults.instant("paused_until", task.paused_until);
  return std::move(faults).verdict();
}

bool needs_calendar(const Task& task) {
  return task.working_days_only || task.schedule.find_first_of("Ww") != std::string::npos;
}

ScheduleOptions schedule_options(const Task& task,
                                 std::shared_ptr<const WorkingCalendar> calendar) {
  ScheduleOptions options;
  options.timezone = task.timezone;
  options.anchor = task.anchor_at.value_or(task.created_at);
  options.hash_seed = static_cast<std::uint64_t>(task.id.value);
  options.working_days_only = task.working_days_only;
  options.on_non_working_day = task.on_non_working_day;
  options.calendar = std::move(calendar);
  options.starts_at = task.starts_at;
  options.ends_at = task.ends_at;
  options.jitter = std::chrono::seconds{task.jitter_s};
  options.dst_gap = task.dst_gap;
  options.dst_overlap = task.dst_overlap;
  return options;
}

}  // namespace rota::model
