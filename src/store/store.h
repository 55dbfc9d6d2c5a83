// The port to a database. What it means is said here and held by the conformance suite; SQLite and
// PostgreSQL both implement it and nothing above knows which one it talks to.
//
// The protocol: the identity of a scheduled run is (task, slot), unique in the database. A node
// session holds a lease; a run it claims carries a fence that grows with every claim and rescue, so
// that an old owner's late write changes nothing. Times in leases and claims are the database's
// clock (for SQLite: the Clock given at open). Every write is atomic and may be repeated after an
// unknown outcome. Thread rule: every method may be called from any thread and blocks until the
// database has answered; errors are kBusy, kUnavailable, kReadOnly, kStorageFull, kCorrupt, kIo.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

class AccountStore;
class SecretStore;

class Store {
 public:
  virtual ~Store() = default;

  /// Users, sessions, tokens and the audit: store/accounts.h.
  virtual AccountStore& accounts() = 0;
  /// Secrets, sealed: store/secrets.h.
  virtual SecretStore& secrets() = 0;

  // --- Tasks: the configuration ------------------------------------------------------------
  /// Stores what model::validate() has passed; sets id, version, created_at, anchor_at. Errors:
  /// kAlreadyExists when the name is taken.
  virtual Result<Task> add_task(const Task& task, std::string_view by) = 0;
  /// Many at once in one transaction: all or none.
  virtual Result<std::vector<Task>> add_tasks(std::span<const Task> tasks, std::string_view by) = 0;
  /// kVersionConflict unless `task.version` is the stored one; kNotFound.
  virtual Result<Task> update_task(const Task& task, std::string_view by) = 0;
  virtual Result<void> remove_task(TaskId id, History history, std::string_view by) = 0;
  virtual Result<TaskView> load_task(TaskId id) = 0;
  virtual Result<TaskView> load_task_by_name(std::string_view name) = 0;
  virtual Result<Page<TaskView>> list_tasks(const TaskQuery& query) = 0;
  virtual Result<std::vector<TaskChange>> load_changes(std::int64_t after_seq,
                                                       std::size_t limit) = 0;
  /// The changes of one task, newest first, those with a seq below `before_seq`.
  virtual Result<std::vector<TaskChange>> load_task_changes(TaskId id, std::int64_t before_seq,
                                                            std::size_t limit) = 0;
  virtual Result<std::int64_t> last_change_seq() = 0;

  // --- Calendars ---------------------------------------------------------------------------
  /// By name, without their days.
  virtual Result<std::vector<Calendar>> list_calendars() = 0;
  virtual Result<CalendarView> load_calendar(CalendarId id) = 0;
  virtual Result<CalendarView> load_calendar_by_name(std::string_view name) = 0;
  /// The calendar, then its parents up to the root, kCalendarDepthMax at most; none: the default's.
  /// kInvalidArgument when somebody made a loop or a row that cannot be read, by hand.
  virtual Result<std::vector<CalendarView>> load_calendar_chain(std::optional<CalendarId> id) = 0;
  /// The one that the setting `default_calendar` names, or kDefaultCalendar.
  virtual Result<Calendar> default_calendar() = 0;
  virtual Result<void> set_default_calendar(CalendarId id, std::string_view by) = 0;
  /// Judges every field (model::validate_calendar) and sets id, version and times. Errors:
  /// kAlreadyExists; kInvalidArgument, also for a parent that stands on this calendar.
  virtual Result<Calendar> add_calendar(const Calendar& calendar, std::string_view by) = 0;
  /// kVersionConflict unless `calendar.version` is the stored one; kNotFound.
  virtual Result<Calendar> update_calendar(const Calendar& calendar, std::string_view by) = 0;
  /// With its days and its feed. kInvalidArgument, saying how many, while tasks or calendars use
  /// it, and for the default one.
  virtual Result<void> remove_calendar(CalendarId id, std::string_view by) = 0;
  /// Adds days, each instead of what stood on its date. kLimitExceeded beyond kHolidaysMax.
  virtual Result<void> put_holidays(CalendarId calendar, std::span<const Holiday> holidays,
                                    std::string_view by) = 0;
  /// All days of one source at once. On one date, days by hand win over imported ones, and these
  /// over those of a feed. Days that are the same as before change nothing.
  virtual Result<void> replace_holidays(CalendarId calendar, std::string_view source,
                                        std::span<const Holiday> holidays, std::string_view by) = 0;
  /// Returns how many there were. A day of a feed comes back when the feed is next read.
  virtual Result<std::size_t> remove_holidays(CalendarId calendar, std::span<const LocalDate> dates,
                                              std::string_view by) = 0;
  /// Adds or changes the feed of a calendar: address, format, division and refresh time. What was
  /// learned from another address is forgotten.
  virtual Result<void> save_feed(const CalendarFeed& feed, std::string_view by) = 0;
  /// The feed and the days that came from it.
  virtual Result<void> remove_feed(CalendarId calendar, std::string_view by) = 0;
  /// What asking the feed came to, and its days unless they stay as they are. kVersionConflict when
  /// the feed has another address by now; kNotFound.
  virtual Result<void> save_feed_result(const CalendarFeed& feed,
                                        const std::optional<std::vector<Holiday>>& holidays) = 0;
  virtual Result<std::vector<CalendarFeed>> list_feeds() = 0;
  /// Marks the active tasks that follow a changed calendar (of their own, inherited or by default)
  /// to be planned anew, and remembers how far that went. Cheap when nothing has changed.
  virtual Result<CalendarMarks> mark_calendar_changes() = 0;
  /// Grows with every change of a calendar, of its days, its feed or the default, whoever makes it.
  virtual Result<std::int64_t> calendar_change_seq() = 0;

  // --- Nodes and leases --------------------------------------------------------------------
  /// Opens a session. SQLite takes the server lock on the file first: kBusy when another server
  /// process owns it, and every other session is dead by that proof.
  virtual Result<Lease> open_node(const NodeInfo& info, Duration lease) = 0;
  /// kStale when the session was declared dead: drop everything and open a new one.
  virtual Result<Lease> renew_lease(NodeId node, Duration lease) = 0;
  virtual Result<void> set_draining(NodeId node) = 0;
  virtual Result<void> close_node(NodeId node) = 0;
  virtual Result<std::vector<NodeView>> list_nodes() = 0;
  /// Declares expired sessions dead and decides their runs, fences bumped: not begun, queued again;
  /// begun, lost, and queued once more unless the task asks for at most once or the series was
  /// lost `lost_max` times.
  virtual Result<RescueReport> rescue(NodeId rescuer, Duration grace, int lost_max) = 0;

  // --- Planning ----------------------------------------------------------------------------
  /// Planned, active tasks with next_scheduled_at <= until, soonest first.
  virtual Result<std::vector<DueTask>> load_due(Instant until, std::size_t limit) = 0;
  /// The soonest moment at which load_due or claim_queued would find something after `until`.
  virtual Result<std::optional<Instant>> next_due_after(Instant until) = 0;
  virtual Result<std::vector<UnplannedTask>> load_unplanned(std::size_t limit) = 0;
  virtual Result<void> save_plans(std::span<const PlanUpdate> plans) = 0;

  // --- Claiming ----------------------------------------------------------------------------
  /// One statement's worth of claims. A claim whose task has moved on is left out, a slot that
  /// already has a run is left out; the rest come back, also when repeated by the same node.
  /// kStale when the node's lease is gone.
  virtual Result<std::vector<ClaimedRun>> claim_slots(NodeId node,
                                                      std::span<const SlotClaim> claims) = 0;
  virtual Result<ClaimedQueue> claim_queued(NodeId node, Instant until, std::size_t limit) = 0;
  /// Gives claimed, unstarted runs back to the queue, fence bumped.
  virtual Result<void> release(NodeId node, std::span<const RunKey> runs) = 0;
  /// Removes claimed, unstarted runs whose slot a change has taken away.
  virtual Result<void> withdraw(NodeId node, std::span<const RunKey> runs) = 0;
  /// Marks runs as running; returns those that may start (fence and status matched).
  virtual Result<std::vector<RunId>> mark_started(NodeId node,
                                                  std::span<const StartMark> marks) = 0;

  // --- Recording ---------------------------------------------------------------------------
  /// Final results, their retries, the tasks' execution rows and failure limits: one transaction.
  virtual Result<RecordReport> record(NodeId node, std::span<const RunResult> results) = 0;
  virtual Result<void> append_output(std::span<const OutputChunk> chunks) = 0;

  // --- Runs: asking and reading ------------------------------------------------------------
  Result<Run> enqueue_run(const NewRun& run) {
    auto queued = enqueue_runs({&run, 1});
    if (!queued) return fail(std::move(queued.error()));
    return std::move(queued->front());
  }
  /// All of them or none; kNotFound when one names no task.
  virtual Result<std::vector<Run>> enqueue_runs(std::span<const NewRun> runs) = 0;
  /// Ends a queued run as cancelled; false when it is not queued (any more). kNotFound.
  virtual Result<bool> cancel_queued(RunId id, std::string_view why) = 0;
  virtual Result<Run> load_run(RunId id) = 0;
  virtual Result<Page<Run>> list_runs(const RunQuery& query) = 0;
  virtual Result<std::vector<OutputChunk>> load_output(RunId id, std::int64_t after_seq,
                                                       std::size_t bytes_max) = 0;
  /// What became of every due slot, newest slot first; slots that are still to come are left out.
  virtual Result<Page<Decision>> list_decisions(const DecisionQuery& query) = 0;

  /// Tasks (all, or that one) with slots left out since then; looks at 20,000 slots at most.
  virtual Result<std::vector<LeftOut>> list_left_out(Instant since, std::optional<TaskId> task) = 0;
  /// Removed tasks of that name, the latest first, 100 at most.
  virtual Result<std::vector<RemovedTask>> find_removed(std::string_view name) = 0;
  virtual Result<std::vector<RemovedTask>> find_removed(std::span<const TaskId> ids) = 0;

  /// A row of `setting` (model/settings.h); none: its default counts.
  virtual Result<std::optional<std::string>> load_setting(std::string_view name) = 0;

  // --- Housekeeping ------------------------------------------------------------------------
  /// Removes old runs and their output (by age, by size, and beyond each task's keep_runs). What
  /// became of their slots stays, packed, until it is too old itself. Returns how many rows went.
  virtual Result<std::size_t> prune(const Retention& retention) = 0;
  virtual Result<StoreSummary> summarize() = 0;
  /// The database's own opinion of its health (quick_check); empty: fine.
  virtual Result<std::vector<std::string>> check_health() = 0;

  /// Writes a consistent copy to a path that does not exist yet, while others go on working.
  virtual Result<void> back_up(const std::string& path) = 0;

  /// Calls `on_change` (from a thread of the store, coalesced, at most every few milliseconds)
  /// when any process may have changed tasks, calendars or queued runs. Silence means no change;
  /// spurious calls are allowed. One watcher at a time; null ends it.
  virtual void watch(std::function<void()> on_change) = 0;
};

}  // namespace rota::store
