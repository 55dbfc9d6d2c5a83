// What becomes of a slot whose time has passed without a run: after an outage, or held up so long
// that running it is a question of policy and no longer just of being late.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time_math.h"
#include "rota/run.h"
#include "rota/task.h"

namespace rota::model {

/// Whether the slot is past the grace within which it simply runs late.
constexpr bool is_missed(Instant slot, Instant now, Duration grace) {
  return slot < base::earlier(now, grace);
}

/// Why a slot does not run: for programs, and in a sentence for its decision row.
struct SkipReason {
  SkipKind kind = SkipKind::kNone;
  std::string text;
};

/// Why a missed slot must not run; none: it is caught up. `later_due`: a later slot of the task is
/// due too.
std::optional<SkipReason> missed_because(const Task& task, Instant slot, Instant now,
                                         bool later_due);
/// The text of kLaterSlot once it is known which slot that is.
std::string later_slot_text(Instant later);

/// "backlog full: run 812 waits already" or, of several, how many wait and for which run.
std::string backlog_text(const std::vector<RunId>& waiting, RunId other);

/// "made up for by run 812": what a run that makes up for a slot came to.
std::string made_up_note(RunId run, RunStatus status);

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
std::optional<SkipReason> barred_because(const Task& task, const Run& run, Instant now);

}  // namespace rota::model
