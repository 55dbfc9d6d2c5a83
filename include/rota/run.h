// A Run is one attempt at one slot, or at one asked for by hand. A retry is a row of its own that
// names the first run of its series.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rota/task.h"
#include "rota/time.h"

namespace rota {

enum class RunCause { kSchedule, kManual, kRetry, kCatchUp, kApi };

enum class RunStatus {
  kQueued,   ///< Waits for a node; due at available_at.
  kClaimed,  ///< A node holds it in memory and will start it on time.
  kRunning,  ///< Its handler has begun.
  kSucceeded,
  kFailed,
  kTimedOut,
  kCancelled,
  kLost,     ///< Its node died after it had begun.
  kSkipped,  ///< A slot that did not run; `reason` says why.
};

/// Why a slot did not run.
enum class SkipKind {
  kNone,       ///< It ran, or is still to.
  kClosedDay,  ///< No working day.
  kPaused,
  kInactive,      ///< Its task was switched off.
  kOverlap,       ///< An earlier run of the task went on.
  kBacklog,       ///< As many slots waited already as may.
  kNotCaughtUp,   ///< Missed, and its task catches up nothing.
  kBeyondWindow,  ///< Missed longer ago than its task catches up.
  kLaterSlot,     ///< Missed, and a later slot was taken instead of it.
  kChanged,       ///< The schedule has it no more.
  kCancelled,     ///< By a person.
  kRemoved,       ///< Its task was removed.
};

/// Nobody was there to run it in time.
constexpr bool is_missed(SkipKind kind) {
  return kind == SkipKind::kNotCaughtUp || kind == SkipKind::kBeyondWindow ||
         kind == SkipKind::kLaterSlot;
}

/// Nothing more will happen to a run in such a status.
constexpr bool is_final(RunStatus status) { return status > RunStatus::kRunning; }

struct Run {
  RunId id;
  TaskId task_id;
  std::int64_t task_version = 0;  ///< The configuration it was claimed with.
  Instant scheduled_for{};        ///< The slot; for a run by hand, when it was asked for.
  RunCause cause = RunCause::kSchedule;
  RunStatus status = RunStatus::kQueued;
  std::string reason;  ///< Why it was skipped, lost, retried, cancelled; for people.
  SkipKind skip_kind = SkipKind::kNone;  ///< The same for programs, of a slot that did not run.
  std::optional<RunId> made_up_by;       ///< The run that made up for this slot.
  int attempt = 1;                       ///< 1, 2, ... within its series.
  std::optional<RunId> first_run_id;     ///< Of a retry: the run that began the series.
  int priority = kPriorityDefault;
  Instant available_at{};  ///< Not to be started before.
  std::optional<NodeId> node_id;
  std::int64_t fence = 0;  ///< Grows with each claim and each rescue.
  std::optional<Instant> started_at;
  std::optional<Instant> finished_at;
  std::optional<std::int64_t> duration_ms;
  std::string result;
  std::string error;
  std::int64_t output_bytes = 0;
  std::string metadata;  ///< Of a run by hand: replaces the task's; empty: the task's.
  std::string requested_by;
};

/// A piece of what a run printed.
struct OutputChunk {
  RunId run_id;
  std::int64_t seq = 0;  ///< 0, 1, 2, ... within the run.
  int stream = 1;        ///< 1 standard output, 2 standard error, 0 Rota's own remarks.
  std::string bytes;     ///< As they came; not necessarily UTF-8.
};

}  // namespace rota
