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
#include "store/store_values.h"

namespace rota::store {

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
  /// Whether one server owns the database as long as it lives; then no lease of its can end under
  /// it, and all other sessions are dead by proof.
  virtual bool has_one_owner() const { return false; }
  /// Makes this process that owner. Waits while programs of a dead server still run; kBusy at once
  /// while another server lives, or when the wait was too long. Returns a file descriptor that
  /// belongs to the store: whichever process has it open, too, keeps later servers waiting. -1:
  /// none is needed. Idempotent.
  virtual Result<int> take_ownership(const OwnerWait& /*wait*/) { return -1; }
  /// Lets it go, also for those who have the descriptor: only when no program runs any more. The
  /// store's end does the same.
  virtual void release_ownership() {}
  /// Notes, for people alone, which process supervises the programs.
  virtual void note_supervisor(std::int64_t /*pid*/) {}
  virtual Result<OwnerView> look_at_owner() { return OwnerView{}; }
  /// kUnavailable, saying what became of it, when the database is not in its place any more:
  /// moved, replaced, on a disk that was taken away. Cheap.
  virtual Result<void> check_place() { return {}; }
  /// Opens a session, as the owner where the database has one: kBusy when another server does.
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
