// A Store in memory, for tests: the protocol of the port, an injected clock, and faults on demand.
// It outlives the engines that use it, as a database outlives the processes that die over it.
#pragma once

#include <cstdlib>
#include <map>
#include <mutex>
#include <set>

#include "rota/clock.h"
#include "store/store.h"

namespace rota::engine::testing {

class MemoryStore final : public store::Store {
 public:
  explicit MemoryStore(const Clock& clock) : clock_(clock) { add_shipped_calendars(); }

  /// An engine never asks who somebody is.
  store::AccountStore& accounts() override { std::abort(); }
  store::SecretStore& secrets() override { std::abort(); }

  /// The next `calls` calls that write fail with this code; what they would have done is not done.
  void fail_next(int calls, ErrorCode code) {
    fail_calls_ = calls;
    fail_code_ = code;
  }
  /// How often a task was planned anew: recording must never do that.
  int plans_saved() const { return plans_saved_; }
  /// Every run there is, by id.
  std::vector<Run> all_runs() const;
  std::vector<Run> runs_of(TaskId task) const;

  Result<Task> add_task(const Task& task, std::string_view by) override;
  Result<std::vector<Task>> add_tasks(std::span<const Task> tasks, std::string_view by) override;
  Result<Task> update_task(const Task& task, std::string_view by) override;
  Result<void> remove_task(TaskId id, History history, std::string_view by) override;
  Result<TaskView> load_task(TaskId id) override;
  Result<TaskView> load_task_by_name(std::string_view name) override;
  Result<Page<TaskView>> list_tasks(const TaskQuery& query) override;
  Result<std::vector<store::TaskChange>> load_changes(std::int64_t after_seq,
                                                      std::size_t limit) override;
  Result<std::vector<store::TaskChange>> load_task_changes(TaskId id, std::int64_t before_seq,
                                                           std::size_t limit) override;
  Result<std::int64_t> last_change_seq() override;

  Result<std::vector<Calendar>> list_calendars() override;
  Result<CalendarView> load_calendar(CalendarId id) override;
  Result<CalendarView> load_calendar_by_name(std::string_view name) override;
  Result<std::vector<CalendarView>> load_calendar_chain(std::optional<CalendarId> id) override;
  Result<Calendar> default_calendar() override;
  Result<void> set_default_calendar(CalendarId id, std::string_view by) override;
  Result<Calendar> add_calendar(const Calendar& calendar, std::string_view by) override;
  Result<Calendar> update_calendar(const Calendar& calendar, std::string_view by) override;
  Result<void> remove_calendar(CalendarId id, std::string_view by) override;
  Result<void> put_holidays(CalendarId calendar, std::span<const Holiday> holidays,
                            std::string_view by) override;
  Result<void> replace_holidays(CalendarId calendar, std::string_view source,
                                std::span<const Holiday> holidays, std::string_view by) override;
  Result<std::size_t> remove_holidays(CalendarId calendar, std::span<const LocalDate> dates,
                                      std::string_view by) override;
  Result<void> save_feed(const CalendarFeed& feed, std::string_view by) override;
  Result<void> remove_feed(CalendarId calendar, std::string_view by) override;
  Result<void> save_feed_result(const CalendarFeed& feed,
                                const std::optional<std::vector<Holiday>>& holidays) override;
  Result<std::vector<CalendarFeed>> list_feeds() override;
  Result<store::CalendarMarks> mark_calendar_changes() override;
  Result<std::int64_t> calendar_change_seq() override;

  Result<store::Lease> open_node(const store::NodeInfo& info, Duration lease) override;
  Result<store::Lease> renew_lease(NodeId node, Duration lease) override;
  Result<void> set_draining(NodeId node) override;
  Result<void> close_node(NodeId node) override;
  Result<std::vector<store::NodeView>> list_nodes() override;
  Result<store::RescueReport> rescue(NodeId rescuer, Duration grace, int lost_max) override;

  Result<std::vector<store::DueTask>> load_due(Instant until, std::size_t limit) override;
  Result<std::optional<Instant>> next_due_after(Instant until) override;
  Result<std::vector<store::UnplannedTask>> load_unplanned(std::size_t limit) override;
  Result<void> save_plans(std::span<const store::PlanUpdate> plans) override;

  Result<std::vector<store::ClaimedRun>> claim_slots(
      NodeId node, std::span<const store::SlotClaim> claims) override;
  Result<store::ClaimedQueue> claim_queued(NodeId node, Instant until, std::size_t limit) override;
  Result<void> release(NodeId node, std::span<const store::RunKey> runs) override;
  Result<void> withdraw(NodeId node, std::span<const store::RunKey> runs) override;
  Result<std::vector<RunId>> mark_started(NodeId node,
                                          std::span<const store::StartMark> marks) override;

  Result<store::RecordReport> record(NodeId node,
                                     std::span<const store::RunResult> results) override;
  Result<void> append_output(std::span<const OutputChunk> chunks) override;

  Result<std::vector<Run>> enqueue_runs(std::span<const store::NewRun> runs) override;
  Result<bool> cancel_queued(RunId id, std::string_view why) override;
  Result<Run> load_run(RunId id) override;
  Result<Page<Run>> list_runs(const RunQuery& query) override;
  Result<std::vector<OutputChunk>> load_output(RunId id, std::int64_t after_seq,
                                               std::size_t bytes_max) override;

  Result<Page<Decision>> list_decisions(const DecisionQuery& query) override;

  Result<std::vector<store::LeftOut>> list_left_out(Instant since,
                                                    std::optional<TaskId> task) override;
  Result<std::vector<RemovedTask>> find_removed(std::string_view name) override;
  Result<std::vector<RemovedTask>> find_removed(std::span<const TaskId> ids) override;
  Result<std::optional<std::string>> load_setting(std::string_view name) override;
  Result<std::size_t> prune(const store::Retention& retention) override;
  Result<store::StoreSummary> summarize() override;
  Result<std::vector<std::string>> check_health() override { return std::vector<std::string>{}; }
  Result<void> back_up(const std::string& /*path*/) override {
    return fail(ErrorCode::kNotAllowedHere, "a store in memory has nothing to back up");
  }
  void watch(std::function<void()> on_change) override;

 private:
  struct Row {
    Task task;
    TaskExecution execution;
    std::int64_t planned_version = 0;
    std::set<std::int64_t> unfinished;  // run ids
  };
  using Key = std::pair<Instant, std::int64_t>;

  Result<void> fault();
  void set_next(Row& row, std::optional<Instant> next);
  void index(const Row& row, bool in);
  void change(Row* row, TaskId id, std::string op, std::string_view by);
  Run& insert_run(Run run);
  Run enqueue(const store::NewRun& wanted);
  void set_status(Run& run, RunStatus status);
  bool owns(const Run& run, NodeId node, const store::RunKey& key) const;
  bool may_claim(NodeId node) const;
  void apply(const store::RunResult& result, store::RecordReport& report);
  void count_failure(Row& row, const store::RunResult& result, store::RecordReport& report);
  RunId queue_retry(const Run& run, Instant available_at, const std::string& reason);
  void rescue_run(Run& run, int lost_max, store::RescueReport& report);
  store::ClaimedRun claimed(const Run& run);
  void notify();
  void add_shipped_calendars();
  void calendar_changed(CalendarId id, std::string_view by);
  Result<CalendarView*> calendar_of(CalendarId id);
  template <class Work>
  Result<void> change_calendar(CalendarId id, std::string_view by, Work work);
  void note_skipped(TaskId task, std::span<const store::SkippedRange> ranges);
  void forget_decisions(TaskId task, Instant after);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, Row> tasks_;
  std::set<Key> due_;  // of planned, active tasks
  std::set<std::int64_t> unplanned_;
  std::map<std::int64_t, Run> runs_;
  std::map<std::int64_t, std::vector<std::int64_t>> run_ids_;  // by task
  std::map<std::pair<std::int64_t, Instant>, std::int64_t> slots_;
  std::set<Key> queued_;
  std::map<std::int64_t, store::NodeView> nodes_;
  std::map<std::int64_t, std::vector<OutputChunk>> output_;
  std::vector<store::TaskChange> changes_;
  std::map<std::int64_t, CalendarView> calendars_;
  std::vector<CalendarId> calendar_changes_;
  std::ptrdiff_t marked_seq_ = 0;
  CalendarId default_calendar_{1};
  std::map<std::pair<std::int64_t, Instant>, Decision> decisions_;
  std::map<std::string, std::string, std::less<>> settings_;
  std::vector<RemovedTask> removed_;
  std::function<void()> on_change_;
  std::int64_t next_task_ = 1;
  std::int64_t next_run_ = 1;
  std::int64_t next_node_ = 1;
  int plans_saved_ = 0;
  int fail_calls_ = 0;
  ErrorCode fail_code_ = ErrorCode::kBusy;
};

}  // namespace rota::engine::testing
