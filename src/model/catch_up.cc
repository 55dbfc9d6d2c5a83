#include "model/catch_up.h"

#include <fmt/format.h>

namespace rota::model {

std::optional<std::string> missed_because(const Task& task, Instant slot, Instant now,
                                          std::optional<Instant> later_due) {
  if (task.catch_up == CatchUp::kSkip) {
    return fmt::format("missed: {} late, and missed slots are not caught up",
                       format_duration(now - slot));
  }
  if (now - slot > std::chrono::seconds{task.catch_up_window_s}) {
    return fmt::format("missed: {} late, beyond the catch-up window of {}",
                       format_duration(now - slot),
                       format_duration(std::chrono::seconds{task.catch_up_window_s}));
  }
  if (task.catch_up == CatchUp::kLatest && later_due) {
    return fmt::format("missed: the later slot {} is run instead", format_utc(*later_due));
  }
  return std::nullopt;
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

std::optional<std::string> barred_because(const Task& task, const Run& run, Instant now) {
  if (run.cause == RunCause::kManual || run.cause == RunCause::kApi) return std::nullopt;
  if (is_paused_at(task, now)) return paused_because(task);
  if (!task.active) return "the task is not active";
  return std::nullopt;
}

}  // namespace rota::model
