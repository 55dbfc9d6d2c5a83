#include "model/catch_up.h"

#include <fmt/format.h>

namespace rota::model {

std::optional<SkipReason> missed_because(const Task& task, Instant slot, Instant now,
                                         bool later_due) {
  const Duration late = base::between(slot, now);
  if (task.catch_up == CatchUp::kSkip) {
    return SkipReason{
        SkipKind::kNotCaughtUp,
        fmt::format("missed: {} late, and missed slots are not caught up", format_duration(late))};
  }
  if (late > std::chrono::seconds{task.catch_up_window_s}) {
    return SkipReason{
        SkipKind::kBeyondWindow,
        fmt::format("missed: {} late, beyond the catch-up window of {}", format_duration(late),
                    format_duration(std::chrono::seconds{task.catch_up_window_s}))};
  }
  if (task.catch_up == CatchUp::kLatest && later_due) {
    return SkipReason{SkipKind::kLaterSlot,
                      fmt::format("missed: {} late, and only the latest missed slot is caught up",
                                  format_duration(late))};
  }
  return std::nullopt;
}

std::string later_slot_text(Instant later) {
  return fmt::format("missed: the later slot {} is run instead", format_utc(later));
}

std::string backlog_text(const std::vector<RunId>& waiting, RunId other) {
  if (waiting.size() == 1) {
    return fmt::format("backlog full: run {} waits already for run {}", waiting.front().value,
                       other.value);
  }
  return fmt::format("backlog full: {} runs wait already for run {}", waiting.size(), other.value);
}

std::string made_up_note(RunId run, RunStatus status) {
  switch (status) {
    case RunStatus::kSucceeded:
      return fmt::format("made up for by run {}", run.value);
    case RunStatus::kQueued:
    case RunStatus::kClaimed:
    case RunStatus::kRunning:
      return fmt::format("run {} makes up for it", run.value);
    case RunStatus::kSkipped:
    case RunStatus::kCancelled:
      return fmt::format("run {} was to make up for it and did not run", run.value);
    default:
      return fmt::format("run {} was to make up for it and did not succeed", run.value);
  }
}

std::string outage_note(const std::optional<Outage>& outage, Instant slot) {
  if (!outage || slot < outage->from || slot > outage->until) return {};
  return fmt::format("; no server ran from {} to {}", format_utc(outage->from),
                     format_utc(outage->until));
}

std::string paused_because(const Task& task) {
  std::string text = "paused";
  if (!task.paused_by.empty()) text += " by " + task.paused_by;
  if (task.paused_until && *task.paused_until < kForever) {
    text += " until " + format_utc(*task.paused_until);
  }
  if (!task.pause_reason.empty()) text += ": " + task.pause_reason;
  return text;
}

std::optional<SkipReason> barred_because(const Task& task, const Run& run, Instant now) {
  if (run.cause == RunCause::kManual || run.cause == RunCause::kApi) return std::nullopt;
  if (is_paused_at(task, now)) return SkipReason{SkipKind::kPaused, paused_because(task)};
  if (!task.active) return SkipReason{SkipKind::kInactive, "the task is not active"};
  return std::nullopt;
}

}  // namespace rota::model
