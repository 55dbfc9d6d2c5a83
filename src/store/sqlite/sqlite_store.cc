// The port, method by method: which function, on which connection, and who is told.
#include "store/sqlite/sqlite_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "store/sqlite/calendar_rows.h"
#include "store/sqlite/claiming.h"
#include "store/sqlite/decision_rows.h"
#include "store/sqlite/health.h"
#include "store/sqlite/history_rows.h"
#include "store/sqlite/node_rows.h"
#include "store/sqlite/open.h"
#include "store/sqlite/recording.h"
#include "store/sqlite/retention.h"
#include "store/sqlite/run_rows.h"
#include "store/sqlite/server_lock.h"
#include "store/sqlite/setting_rows.h"
#include "store/sqlite/slot_history.h"
#include "store/sqlite/sqlite_access.h"
#include "store/sqlite/sqlite_accounts.h"
#include "store/sqlite/sqlite_secrets.h"
#include "store/sqlite/task_rows.h"

namespace rota::store {
namespace {

// Runs removed in one transaction: others wait no longer than that takes.
constexpr std::size_t kPruneStep = 500;

Writer::Reopen reopening(SqliteOptions options, const Clock& clock) {
  options.create = false;
  return [options, &clock] { return open_database(options, clock.now()); };
}

class SqliteStore final : public Store, private SqliteAccess {
 public:
  SqliteStore(const SqliteOptions& options, std::unique_ptr<Connection> connection,
              const Clock& clock)
      : SqliteAccess(options.path, std::move(connection), reopening(options, clock), clock),
        accounts_(writer_, readers_, clock),
        secrets_(writer_, readers_, clock) {}

  AccountStore& accounts() override { return accounts_; }
  SecretStore& secrets() override { return secrets_; }

  Result<Task> add_task(const Task& task, std::string_view by) override {
    return told(write<Task>([&](Connection& c) { return insert_task(c, task, now(), by); }));
  }

  Result<std::vector<Task>> add_tasks(std::span<const Task> tasks, std::string_view by) override {
    return told(
        write<std::vector<Task>>([&](Connection& c) { return insert_tasks(c, tasks, now(), by); }));
  }

  Result<Task> update_task(const Task& task, std::string_view by) override {
    return told(write<Task>([&](Connection& c) { return change_task(c, task, now(), by); }));
  }

  Result<void> remove_task(TaskId id, History history, std::string_view by) override {
    return told(write<void>([&](Connection& c) { return delete_task(c, id, history, now(), by); }));
  }

  Result<TaskView> load_task(TaskId id) override {
    return read<TaskView>([&](Connection& c) { return find_task(c, id); });
  }
  Result<TaskView> load_task_by_name(std::string_view name) override {
    return read<TaskView>([&](Connection& c) { return find_task_by_name(c, name); });
  }
  Result<Page<TaskView>> list_tasks(const TaskQuery& query) override {
    return read<Page<TaskView>>([&](Connection& c) { return query_tasks(c, query); });
  }

  Result<std::vector<TaskChange>> load_changes(std::int64_t after_seq, std::size_t limit) override {
    return read<std::vector<TaskChange>>(
        [&](Connection& c) { return query_changes(c, after_seq, limit); });
  }

  Result<std::vector<TaskChange>> load_task_changes(TaskId id, std::int64_t before_seq,
                                                    std::size_t limit) override {
    return read<std::vector<TaskChange>>(
        [&](Connection& c) { return query_task_changes(c, id, before_seq, limit); });
  }
  Result<std::int64_t> last_change_seq() override {
    return read<std::int64_t>([&](Connection& c) { return query_last_change(c); });
  }

  Result<std::vector<Calendar>> list_calendars() override {
    return read<std::vector<Calendar>>([&](Connection& c) { return query_calendars(c); });
  }
  Result<CalendarView> load_calendar(CalendarId id) override {
    return read<CalendarView>([&](Connection& c) { return find_calendar(c, id); });
  }

  Result<CalendarView> load_calendar_by_name(std::string_view name) override {
    return read<CalendarView>([&](Connection& c) { return find_calendar_by_name(c, name); });
  }

  Result<std::vector<CalendarView>> load_calendar_chain(std::optional<CalendarId> id) override {
    return read_at_once<std::vector<CalendarView>>(
        [&](Connection& c) { return find_chain(c, id); });
  }

  Result<Calendar> default_calendar() override {
    return read<Calendar>([&](Connection& c) { return find_default(c); });
  }

  Result<void> set_default_calendar(CalendarId id, std::string_view by) override {
    return told(write<void>([&](Connection& c) { return choose_default(c, id, now(), by); }));
  }

  Result<Calendar> add_calendar(const Calendar& calendar, std::string_view by) override {
    return told(
        write<Calendar>([&](Connection& c) { return insert_calendar(c, calendar, now(), by); }));
  }

  Result<Calendar> update_calendar(const Calendar& calendar, std::string_view by) override {
    return told(
        write<Calendar>([&](Connection& c) { return change_calendar(c, calendar, now(), by); }));
  }

  Result<void> remove_calendar(CalendarId id, std::string_view /*by*/) override {
    return told(write<void>([&](Connection& c) { return delete_calendar(c, id); }));
  }

  Result<void> put_holidays(CalendarId calendar, std::span<const Holiday> holidays,
                            std::string_view by) override {
    return told(write<void>(
        [&](Connection& c) { return store_holidays(c, calendar, holidays, now(), by); }));
  }

  Result<void> replace_holidays(CalendarId calendar, std::string_view source,
                                std::span<const Holiday> holidays, std::string_view by) override {
    return told(write<void>([&](Connection& c) {
      return exchange_holidays(c, calendar, source, holidays, now(), by);
    }));
  }

  Result<std::size_t> remove_holidays(CalendarId calendar, std::span<const LocalDate> dates,
                                      std::string_view by) override {
    return told(write<std::size_t>(
        [&](Connection& c) { return delete_holidays(c, calendar, dates, now(), by); }));
  }

  Result<void> save_feed(const CalendarFeed& feed, std::string_view by) override {
    return told(write<void>([&](Connection& c) { return store_feed(c, feed, now(), by); }));
  }

  Result<void> remove_feed(CalendarId calendar, std::string_view by) override {
    return told(write<void>([&](Connection& c) { return delete_feed(c, calendar, now(), by); }));
  }

  Result<void> save_feed_result(const CalendarFeed& feed,
                                const std::optional<std::vector<Holiday>>& holidays) override {
    return told(
        write<void>([&](Connection& c) { return store_feed_result(c, feed, holidays, now()); }));
  }

  Result<std::vector<CalendarFeed>> list_feeds() override {
    return read<std::vector<CalendarFeed>>([&](Connection& c) { return query_feeds(c); });
  }

  Result<CalendarMarks> mark_calendar_changes() override {
    const auto more = read<bool>([&](Connection& c) { return has_unmarked_changes(c); });
    if (!more) return fail(more.error());
    if (*more) return write<CalendarMarks>([&](Connection& c) { return mark_changes(c); });
    const auto seq = calendar_change_seq();
    if (!seq) return fail(seq.error());
    return CalendarMarks{.seq = *seq};
  }

  Result<std::int64_t> calendar_change_seq() override {
    return read<std::int64_t>([&](Connection& c) { return last_calendar_change(c); });
  }

  Result<Lease> open_node(const NodeInfo& info, Duration lease) override {
    if (auto locked = lock_.acquire(path_); !locked) return fail(locked.error());
    return write<Lease>([&](Connection& c) { return insert_node(c, info, now(), lease); });
  }

  Result<Lease> renew_lease(NodeId node, Duration lease) override {
    return write<Lease>([&](Connection& c) { return extend_lease(c, node, now(), lease); });
  }
  Result<void> set_draining(NodeId node) override {
    return write<void>([&](Connection& c) { return set_node_status(c, node, "draining"); });
  }

  Result<void> close_node(NodeId node) override {
    auto closed = write<void>([&](Connection& c) { return set_node_status(c, node, "dead"); });
    if (closed) lock_.release();
    return closed;
  }
  Result<std::vector<NodeView>> list_nodes() override {
    return read<std::vector<NodeView>>([&](Connection& c) { return query_nodes(c); });
  }

  Result<RescueReport> rescue(NodeId rescuer, Duration /*grace*/, int lost_max) override {
    return write<RescueReport>(
        [&](Connection& c) { return rescue_all_but(c, rescuer, now(), lost_max); });
  }

  Result<std::vector<DueTask>> load_due(Instant until, std::size_t limit) override {
    return read_and_mark<std::vector<DueTask>>([&](Connection& c, std::vector<WrongTask>& wrong) {
      return query_due(c, until, limit, wrong);
    });
  }

  Result<std::optional<Instant>> next_due_after(Instant until) override {
    return read<std::optional<Instant>>([&](Connection& c) { return query_next_due(c, until); });
  }

  Result<std::vector<UnplannedTask>> load_unplanned(std::size_t limit) override {
    return read_and_mark<std::vector<UnplannedTask>>(
        [&](Connection& c, std::vector<WrongTask>& wrong) {
          return query_unplanned(c, limit, wrong);
        });
  }

  Result<void> save_plans(std::span<const PlanUpdate> plans) override {
    return write<void>([&](Connection& c) { return store_plans(c, plans, now()); });
  }

  Result<std::vector<ClaimedRun>> claim_slots(NodeId node,
                                              std::span<const SlotClaim> claims) override {
    return write_live<std::vector<ClaimedRun>>(
        node, [&](Connection& c) { return claim(c, node, claims, now()); });
  }

  Result<ClaimedQueue> claim_queued(NodeId node, Instant until, std::size_t limit) override {
    return write_live<ClaimedQueue>(
        node, [&](Connection& c) { return claim_from_queue(c, node, until, limit); });
  }

  Result<void> release(NodeId node, std::span<const RunKey> runs) override {
    return told(write<void>([&](Connection& c) { return give_back(c, node, runs); }));
  }

  Result<void> withdraw(NodeId node, std::span<const RunKey> runs) override {
    return write<void>([&](Connection& c) { return remove_claimed(c, node, runs); });
  }

  Result<std::vector<RunId>> mark_started(NodeId node, std::span<const StartMark> marks) override {
    return write<std::vector<RunId>>([&](Connection& c) { return mark_running(c, node, marks); });
  }

  Result<RecordReport> record(NodeId node, std::span<const RunResult> results) override {
    auto report =
        write<RecordReport>([&](Connection& c) { return record_results(c, node, results, now()); });
    if (report && !(report->retries.empty() && report->deactivated.empty())) watcher_.tell();
    return report;
  }

  Result<void> append_output(std::span<const OutputChunk> chunks) override {
    return write<void>([&](Connection& c) { return insert_output(c, chunks); });
  }

  Result<std::vector<Run>> enqueue_runs(std::span<const NewRun> runs) override {
    return told(
        write<std::vector<Run>>([&](Connection& c) { return insert_runs(c, runs, now()); }));
  }

  Result<bool> cancel_queued(RunId id, std::string_view why) override {
    return write<bool>([&](Connection& c) { return end_queued(c, id, why, now()); });
  }

  Result<Run> load_run(RunId id) override {
    return read<Run>([&](Connection& c) { return find_run(c, id); });
  }
  Result<Page<Run>> list_runs(const RunQuery& query) override {
    return read<Page<Run>>([&](Connection& c) { return query_runs(c, query); });
  }

  Result<std::vector<OutputChunk>> load_output(RunId id, std::int64_t after_seq,
                                               std::size_t bytes_max) override {
    return read<std::vector<OutputChunk>>(
        [&](Connection& c) { return find_output(c, id, after_seq, bytes_max); });
  }

  Result<Page<Decision>> list_decisions(const DecisionQuery& query) override {
    return read_at_once<Page<Decision>>(
        [&](Connection& c) { return query_decisions(c, query, now()); });
  }

  Result<std::vector<LeftOut>> list_left_out(Instant since, std::optional<TaskId> task) override {
    return read<std::vector<LeftOut>>(
        [&](Connection& c) { return query_left_out(c, since, task); });
  }
  Result<std::vector<RemovedTask>> find_removed(std::string_view name) override {
    return read<std::vector<RemovedTask>>([&](Connection& c) { return query_removed(c, name); });
  }
  Result<std::vector<RemovedTask>> find_removed(std::span<const TaskId> ids) override {
    return read<std::vector<RemovedTask>>([&](Connection& c) { return query_removed(c, ids); });
  }

  Result<std::optional<std::string>> load_setting(std::string_view name) override {
    return read<std::optional<std::string>>([&](Connection& c) { return find_setting(c, name); });
  }

  Result<std::size_t> prune(const Retention& retention) override {
    const std::lock_guard lock(prune_mutex_);
    const auto old = read<std::vector<RunId>>(
        [&](Connection& c) { return find_old_runs(c, retention, prune_position_); });
    if (!old) return fail(old.error());
    std::size_t removed = 0;
    for (std::size_t at = 0; at < old->size(); at += kPruneStep) {
      const auto step = std::span(*old).subspan(at, std::min(kPruneStep, old->size() - at));
      const auto done = write<std::size_t>(
          [&](Connection& c) { return remove_runs(c, step, retention.decided_before); });
      if (!done) return done;
      removed += *done;
    }
    const auto others = write<std::size_t>([&](Connection& c) -> Result<std::size_t> {
      if (auto done = remove_old_changes(c, retention.finished_before); !done) {
        return fail(done.error());
      }
      if (auto done = remove_old_calendar_changes(c); !done) return fail(done.error());
      const auto history = remove_old_history(c, retention.decided_before, kPruneStep);
      if (!history) return fail(history.error());
      const auto decisions = remove_old_decisions(c, retention.decided_before, retention.limit);
      if (!decisions) return fail(decisions.error());
      return *history + *decisions;
    });
    if (!others) return fail(others.error());
    return removed + *others;
  }

  Result<StoreSummary> summarize() override {
    return read<StoreSummary>([&](Connection& c) { return summary_of(c, path_); });
  }
  Result<std::vector<std::string>> check_health() override {
    return read<std::vector<std::string>>([&](Connection& c) { return find_damage(c); });
  }
  Result<void> back_up(const std::string& path) override {
    return read<void>([&](Connection& c) { return copy_database(c, path); });
  }

  void watch(std::function<void()> on_change) override { watcher_.watch(std::move(on_change)); }

 private:
  ServerLock lock_;
  std::mutex prune_mutex_;
  PrunePosition prune_position_;
  SqliteAccounts accounts_;
  SqliteSecrets secrets_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options, const Clock& clock) {
  auto connection = open_database(options, clock.now());
  if (!connection) return fail(connection.error());
  return std::make_unique<SqliteStore>(options, std::move(*connection), clock);
}

}  // namespace rota::store
