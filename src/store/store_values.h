// What goes through the port to a database (store.h): plain values, without behaviour.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rota/calendar.h"
#include "rota/decision.h"
#include "rota/result.h"
#include "rota/run.h"
#include "rota/scheduler.h"
#include "rota/task.h"

namespace rota::store {

/// Who opens a node session.
struct NodeInfo {
  std::string host;
  std::int64_t pid = 0;
  std::string version;
  std::int64_t capacity = 0;
};

/// The answer to opening or renewing a lease.
struct Lease {
  NodeId node_id;
  Instant database_now{};
  Instant until{};
};

struct NodeView {
  NodeId id;
  NodeInfo info;
  std::string status;  ///< "live", "draining" or "dead".
  Instant started_at{};
  Instant lease_until{};
};

/// How long a server waits for what a dead one left behind, and who hears of it.
struct OwnerWait {
  Duration most{0};
  std::function<void(const std::string& what)> on_wait{};  ///< Now and then while it waits.
  std::function<bool()> go_on{};                           ///< False: wait no longer.
};

/// Who owns the database just now, as far as it can be seen from here.
struct OwnerView {
  bool server_holds = false;    ///< A server process has it.
  bool programs_hold = false;   ///< That server or programs it started, dead or alive, have it.
  std::string server;           ///< "process 812", for sentences.
  std::int64_t server_pid = 0;  ///< As noted; 0: unknown.
  bool server_is_gone = false;  ///< The noted process is not there any more.
  std::vector<std::int64_t> programs;  ///< Processes below its supervisor of programs.
};

/// A task whose next slot is near, as the planner needs it.
struct DueTask {
  Task task;
  Instant next_scheduled_at{};
};

/// A task that was added, edited or resumed since it was last planned.
struct UnplannedTask {
  Task task;
  TaskExecution execution;
};

/// The planner's word on one slot: run it, or write down why not.
struct PlannedSlot {
  Instant at{};
  RunCause cause = RunCause::kSchedule;  ///< kSchedule or kCatchUp.
  bool skip = false;                     ///< True: a final row with status skipped.
  std::string reason;  ///< Of a skip ("paused: ...", "missed: ..."), or of lateness.
  SkipKind kind =
      SkipKind::kNone;  ///< Of a skip. After kLaterSlot a run of the same claim follows.
};

/// Slots that did not become runs, all for one reason: a closed day, or a long outage or pause.
struct SkippedRange {
  Instant first{};
  Instant last{};
  std::int64_t slots = 1;
  SkipKind kind = SkipKind::kClosedDay;
  std::string reason;  ///< "Easter Monday".
};

/// Compare-and-set on one task: valid only while its version and next slot are still these.
struct SlotClaim {
  TaskId task_id;
  std::int64_t task_version = 0;
  Instant expected_next{};
  std::optional<Instant> new_next;  ///< None: no further slot known (ended, or after finish).
  int priority = kPriorityDefault;
  std::vector<PlannedSlot> slots;
  std::vector<SkippedRange>
      skipped{};  ///< Written down with the claim; known ones stay as they are.
};

struct ClaimedRun {
  Run run;                           ///< Status claimed, with its fence.
  std::optional<RunId> predecessor;  ///< An unfinished earlier run of the same task, if any.
};

struct ClaimedQueue {
  std::vector<ClaimedRun> runs;  ///< By priority, then available_at.
  std::vector<Task> tasks;       ///< Of those runs, each once.
};

/// The outcome of planning one changed task. Ignored when the version has moved on meanwhile.
struct PlanUpdate {
  TaskId task_id;
  std::int64_t task_version = 0;
  std::optional<Instant> next_scheduled_at;
  std::string schedule_error;           ///< Not empty: the task is marked and not planned.
  std::vector<SkippedRange> skipped{};  ///< Stand instead of what was decided for later slots.
};

/// Names a run together with the fence its owner holds.
struct RunKey {
  RunId id;
  std::int64_t fence = 0;
};

struct StartMark {
  RunKey key;
  Instant started_at{};
};

/// What a final run does to its task's count of failures in a row.
enum class FailureEffect { kNone, kReset, kCount };

/// The attempt that follows a failed one, queued in the same transaction.
struct RetryPlan {
  Instant available_at{};
  std::string reason;
};

struct RunResult {
  RunKey key;
  TaskId task_id;
  RunStatus status = RunStatus::kSucceeded;  ///< A final one.
  std::optional<Instant> started_at;         ///< None: skipped before it began.
  Instant finished_at{};
  Duration elapsed{0};
  std::string result;
  std::string error;
  std::string reason;
  SkipKind skip_kind = SkipKind::kNone;  ///< Of a slot that did not run.
  std::int64_t output_bytes = 0;
  FailureEffect failure_effect = FailureEffect::kNone;
  std::optional<RetryPlan> retry;
  std::optional<Instant> next_scheduled_at;  ///< Only for schedules that count from the finish.
};

struct RecordReport {
  std::vector<RunId> stale;         ///< Refused: not this node's any more.
  std::vector<RunId> retries;       ///< The runs queued by RetryPlans.
  std::vector<TaskId> deactivated;  ///< Reached failures_max.
};

struct RescueReport {
  std::vector<NodeView> dead_nodes;
  std::size_t given_back = 0;  ///< Claimed, not begun: queued again.
  std::size_t lost = 0;        ///< Begun: final status lost.
  std::size_t rerun = 0;       ///< Of those lost, queued once more.
};

/// A run asked for by hand or over the API.
struct NewRun {
  TaskId task_id;
  RunCause cause = RunCause::kManual;
  std::string metadata;  ///< Empty: the task's own.
  std::string requested_by;
  std::optional<Instant> scheduled_for{};  ///< The slot it makes up for; none: now.
  std::optional<Instant> available_at{};   ///< Not to be started before; none: at once.
  std::optional<int> priority{};           ///< None: the task's.
  std::string reason{};
  bool makes_up = false;  ///< The row of that slot, if it did not run well, names this run.
};

/// A row that SQL triggers wrote for any writer's change of `task`.
struct TaskChange {
  std::int64_t seq = 0;
  TaskId task_id;
  std::string op;  ///< "insert", "update" or "delete".
  Instant at{};
  std::string by;
  std::string old_row;  ///< JSON; empty for insert.
  std::string new_row;  ///< JSON; empty for delete.
};

struct Retention {
  Instant finished_before{};   ///< Finished runs older than this go.
  Instant decided_before{};    ///< What became of slots older than this is forgotten.
  std::size_t limit = 5000;    ///< Rows removed in one call, at most.
  std::int64_t keep_max = 0;   ///< No task keeps more than so many; 0: each its own keep_runs.
  std::int64_t bytes_max = 0;  ///< While more are in use the oldest runs go; 0: no bound.
};

/// Runs that no bytes_max ever removes: the latest ones.
inline constexpr std::int64_t kRunsKeptMin = 10'000;

/// Slots of one task that were left out for kOverlap or kBacklog.
struct LeftOut {
  TaskId task_id;
  std::int64_t slots = 0;  ///< In the hour that ends with the last of them.
  Instant last_slot{};
};

/// What a change of calendars came to.
struct CalendarMarks {
  std::int64_t seq = 0;                 ///< Changes up to here have been followed.
  std::vector<CalendarId> calendars{};  ///< Changed, or standing on one that changed.
  std::int64_t tasks = 0;               ///< Marked to be planned anew.
};

struct StoreSummary {
  std::string database;  ///< "SQLite 3.40.1, /var/lib/rota/rota.db".
  std::int64_t schema_version = 0;
  std::int64_t tasks = 0;
  std::int64_t active_tasks = 0;
  std::int64_t tasks_with_errors = 0;
  std::int64_t runs = 0;
  std::int64_t unfinished_runs = 0;
  std::int64_t bytes = 0;
};

}  // namespace rota::store
