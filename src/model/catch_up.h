// What becomes of a slot whose time has passed without a run: after an outage, or held up so long
// that running it is a question of policy and no longer just of being late.
#pragma once

#include <optional>
#include <string>

#include "base/time_math.h"
#include "rota/run.h"
#include "rota/task.h"

namespace rota::model {

/// Whether the slot is past the grace within which it simply runs late.
constexpr bool is_missed(Instant slot, Instant now, Duration grace) {
  return slot < base::earlier(now, grace);
}

/// Why a missed slot must not run, for its decision row; none: it is caught up.
/// `later_due`: a later slot of the task that is due too, if there is one.
std::optional<std::string> missed_because(const Task& task, Instant slot, Instant now,
                                          std::optional<Instant> later_due);

/// A stretch of time without any server.
struct Outage {
  Instant from{};
  Instant until{};
};

/// "; no server ran from 2026-11-23T09:00:00Z to 2026-11-23T11:30:00Z" for a slot that fell into
/// it, else nothing.
std::string outage_note(const std::optional<Outage>& outage, Instant slot);

/// Whether the task is paused at that moment.
constexpr bool is_paused_at(const Task& task, Instant at) {
  return task.paused_until && at < *task.paused_until;
}

/// "paused by ann until 2026-12-01T00:00:00Z: stock-taking".
std::string paused_because(const Task& task);

/// Why a claimed run must not start now, after all: its task is paused or switched off. What was
/// asked for by hand always passes.
std::optional<std::string> barred_because(const Task& task, const Run& run, Instant now);

}  // namespace rota::model
