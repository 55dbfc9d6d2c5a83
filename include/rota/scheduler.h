// The scheduler as a whole, for programs that embed it and for Rota's own server, page and command
// line: open a database, manage tasks, and (once started) run them.
//
//   auto scheduler = rota::Scheduler::open({.database = "app.db"}).value();
//   scheduler->add_task({.name = "Report", .type = "send_report", .schedule = "30 9 * * 1-5"});
//   scheduler->start();
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rota/backfill.h"
#include "rota/decision.h"
#include "rota/handler.h"
#include "rota/options.h"
#include "rota/run.h"
#include "rota/task.h"

namespace rota {

namespace secrets {
class Vault;
}
namespace store {
class Store;
}

/// Something that happened, for live pages. Delivered in order, never twice.
struct Event {
  enum class Kind { kTaskChanged, kTaskRemoved, kRunStarted, kRunFinished, kTaskPlanned, kOutput };
  std::uint64_t seq = 0;  ///< 1, 2, ... within this process.
  Kind kind = Kind::kTaskChanged;
  TaskId task_id;
  RunId run_id;  ///< Not set for events about a task alone.
  Instant at{};
};

/// Ends its subscription when destroyed; no callback is running or comes after that.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

enum class TaskOrder { kId, kName, kType, kPriority, kNextScheduled, kExecuted, kFailureCount };

/// Which tasks, in what order, and which page of them.
struct TaskQuery {
  std::string search;  ///< Part of name, type, description or tags; any case.
  std::string type;    ///< Empty: all.
  std::optional<bool> active;
  bool failing_only = false;  ///< failure_count > 0 or a schedule error.
  bool paused_only = false;   ///< paused_until is in the future.
  TaskOrder order = TaskOrder::kId;
  bool descending = false;
  std::size_t limit = 50;  ///< 1 to 1,000.
  std::string cursor;      ///< From the page before; empty: the first page.
};

template <class Row>
struct Page {
  std::vector<Row> rows;
  std::string next_cursor;  ///< Empty: this was the last page.
  std::int64_t total = 0;   ///< Rows that match on all pages; -1 when not counted.
};

struct RunQuery {
  std::optional<TaskId> task_id;
  std::optional<RunId> series;      ///< With task_id: only the attempts that this run began.
  std::vector<RunStatus> statuses;  ///< Empty: all.
  bool include_skipped = true;      ///< Slots that did not run have rows too.
  std::size_t limit = 50;
  std::string cursor;  ///< Newest first.
};

/// What removing a task does with its history. Its execution row always goes.
enum class History { kKeep, kRemove };

/// A task that is gone and whose history may still be there.
struct RemovedTask {
  TaskId id;
  std::string name;
  std::string type;
  Instant removed_at{};
  std::string removed_by;
};

/// A task whose runs take longer than its slots lie apart, so that slots are left out.
struct Overrun {
  TaskId task_id;
  std::string name;
  std::int64_t left_out = 0;  ///< Slots left out in the last hour of which there are any.
  Instant last_left_out{};
  std::optional<Duration> took;    ///< The last finished run.
  std::optional<Duration> period;  ///< The shortest time between its next slots.
  std::string advice;              ///< One sentence.
};

/// The clock showed a later time before: slots up to there are decided, and none runs before it.
struct ClockSetBack {
  Instant decided_until{};
  std::int64_t tasks = 0;  ///< Tasks whose next slot is later than their schedules say.
};

/// Counters since start and present state, for `rota doctor`, the page and metrics.
struct EngineStatus {
  bool running = false;
  bool draining = false;
  NodeId node_id;
  std::size_t waiting = 0;  ///< Runs held in memory whose time has not come.
  std::size_t ready = 0;    ///< Due, waiting for a free worker.
  std::size_t executing = 0;
  std::uint64_t started = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t skipped = 0;
  std::uint64_t stale_results = 0;  ///< Late writes of an old owner that were refused.
  Duration lateness_p50{0};         ///< Actual start minus slot, over the last 10,000 runs.
  Duration lateness_p99{0};
  Duration lateness_max{0};
  std::uint64_t left_out_overlap = 0;          ///< Slots left out since an earlier run went on ...
  std::uint64_t left_out_backlog = 0;          ///< ... or since as many waited as may.
  std::optional<ClockSetBack> clock_set_back;  ///< Until the clock is there again.
};

/// Thread rule: every method may be called from any thread. `by` names who asks, for the record.
class Scheduler {
 public:
  /// Opens (and makes or migrates) the database. Nothing runs until start(). The clock must
  /// outlive the scheduler; none given: the machine's.
  static Result<std::unique_ptr<Scheduler>> open(const Options& options,
                                                 const Clock* clock = nullptr);
  virtual ~Scheduler() = default;

  /// Begins to plan and run. kBusy when another server owns this SQLite database.
  virtual Result<void> start() = 0;
  /// Stops claiming, gives running work its grace, gives the rest back, writes results. Idempotent.
  virtual void drain() = 0;

  /// Validates, then stores. Errors list every wrong field. Returns the stored task.
  virtual Result<Task> add_task(const Task& task, std::string_view by = "library") = 0;
  /// kVersionConflict unless `task.version` is the stored one.
  virtual Result<Task> update_task(const Task& task, std::string_view by = "library") = 0;
  virtual Result<void> remove_task(TaskId id, History history, std::string_view by = "library") = 0;
  virtual Result<Task> pause_task(TaskId id, Instant until, std::string_view reason,
                                  std::string_view by = "library") = 0;
  /// Ends a pause and makes the task active again, also after its failure limit. Slots that passed
  /// meanwhile stay unrun.
  virtual Result<Task> resume_task(TaskId id, std::string_view by = "library") = 0;
  /// Queues a run now, beside the schedule; `metadata` empty: the task's own.
  virtual Result<Run> run_task(TaskId id, std::string_view metadata = {},
                               std::string_view by = "library") = 0;

  /// What backfill() would do with every slot of a stretch of the past, oldest first. Errors:
  /// kInvalidArgument, kLimitExceeded beyond kBackfillMax slots.
  virtual Result<std::vector<BackfillSlot>> plan_backfill(const Backfill& wanted) const = 0;
  /// Queues runs for slots of the past, at a pace and behind regular work; the handler sees each
  /// slot as its nominal time. Returns the queued runs.
  virtual Result<std::vector<Run>> backfill(const Backfill& wanted,
                                            std::string_view by = "library") = 0;
  /// The slots that a pause took away within the task's catch-up window, oldest first; those that
  /// its catch-up policy would make up for are marked to run.
  virtual Result<std::vector<BackfillSlot>> plan_catch_up(TaskId id) const = 0;
  /// Queues runs for them; resume_task() alone makes up for nothing.
  virtual Result<std::vector<Run>> catch_up_task(TaskId id, std::string_view by = "library") = 0;
  /// Ends a run that is queued, waits or goes on (then its handler is asked to stop, and the run
  /// ends a little later). kStale when it has ended already, kNotAllowedHere when another node has
  /// it.
  virtual Result<Run> cancel_run(RunId id, std::string_view by = "library") = 0;

  virtual Result<TaskView> load_task(TaskId id) const = 0;
  virtual Result<TaskView> load_task_by_name(std::string_view name) const = 0;
  virtual Result<Page<TaskView>> list_tasks(const TaskQuery& query) const = 0;
  virtual Result<Run> load_run(RunId id) const = 0;
  virtual Result<Page<Run>> list_runs(const RunQuery& query) const = 0;
  /// Output from `after_seq` on, at most `bytes_max` bytes.
  virtual Result<std::vector<OutputChunk>> load_output(RunId id, std::int64_t after_seq,
                                                       std::size_t bytes_max) const = 0;

  /// What became of every due slot, newest first.
  virtual Result<Page<Decision>> list_decisions(const DecisionQuery& query) const = 0;

  /// Removed tasks of that name, the latest first, 100 at most.
  virtual Result<std::vector<RemovedTask>> removed_tasks(std::string_view name) const = 0;
  /// The removed ones among these, in any order.
  virtual Result<std::vector<RemovedTask>> removed_tasks(const std::vector<TaskId>& ids) const = 0;
  /// Tasks (all, or that one) whose slots were lately left out because runs take too long.
  virtual Result<std::vector<Overrun>> list_overruns(std::optional<TaskId> task) const = 0;
  /// Whether the clock was set back, by what the tasks' next slots show.
  virtual Result<std::optional<ClockSetBack>> check_clock() const = 0;

  /// Everything wrong with a task, as add_task would say it; no error when it is fine.
  virtual Result<void> validate_task(const Task& task) const = 0;
  /// The task's schedule as the engine evaluates it.
  virtual Result<Schedule> schedule_of(const Task& task) const = 0;

  virtual const HandlerCatalog& handlers() const = 0;
  virtual EngineStatus status() const = 0;
  virtual std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> callback) = 0;

  /// The store itself and where lines are logged, for Rota's own parts.
  virtual store::Store& store() = 0;
  /// Secrets that tasks may name (src/secrets/vault.h); null: none are kept here.
  virtual secrets::Vault* secrets() { return nullptr; }
  virtual const base::Logger& logger() const = 0;
};

}  // namespace rota
