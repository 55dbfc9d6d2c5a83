// A rota::Scheduler over vectors, for the tests of this folder: it keeps tasks and runs, says what
// happens, and runs nothing.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/log.h"
#include "rota/scheduler.h"

namespace rota::api {

class MemoryScheduler final : public Scheduler {
 public:
  // What tests do to it.
  TaskView& put(TaskView view) {
    const std::lock_guard lock(mutex_);
    return tasks_[view.task.id.value] = std::move(view);
  }
  void remove(TaskId id) {
    const std::lock_guard lock(mutex_);
    tasks_.erase(id.value);
  }
  void put(Run run) { runs_.push_back(std::move(run)); }
  void put(OutputChunk chunk) { output_.push_back(std::move(chunk)); }
  void fail_with(std::optional<Error> error) { failure_ = std::move(error); }
  /// Tasks are loaded once that comes true, and not before.
  void hold_tasks_until(std::shared_future<void> moment) { moment_ = std::move(moment); }
  void say(Event event) {
    event.seq = ++seq_;
    const std::lock_guard lock(listeners_->mutex);
    for (const auto& [key, listener] : listeners_->callbacks) listener(event);
  }
  EngineStatus figures;

  Result<void> start() override { return {}; }
  void drain() override {}
  Result<Task> add_task(const Task&, std::string_view) override { return refuse(); }
  Result<Task> update_task(const Task&, std::string_view) override { return refuse(); }
  Result<void> remove_task(TaskId, History, std::string_view) override { return refuse(); }
  Result<Task> pause_task(TaskId, Instant, std::string_view, std::string_view) override {
    return refuse();
  }
  Result<Task> resume_task(TaskId, std::string_view) override { return refuse(); }
  Result<Run> run_task(TaskId, std::string_view, std::string_view) override { return refuse(); }

  Result<Run> cancel_run(RunId, std::string_view) override { return refuse(); }

  Result<TaskView> load_task(TaskId id) const override {
    if (moment_.valid()) moment_.wait();
    const std::lock_guard lock(mutex_);
    if (failure_) return fail(*failure_);
    const auto found = tasks_.find(id.value);
    if (found == tasks_.end()) {
      return fail(ErrorCode::kNotFound, fmt::format("there is no task {}", id.value));
    }
    return found->second;
  }
  Result<TaskView> load_task_by_name(std::string_view) const override { return refuse(); }

  Result<Page<TaskView>> list_tasks(const TaskQuery& query) const override {
    const std::lock_guard lock(mutex_);
    if (failure_) return fail(*failure_);
    last_query = query;
    std::vector<TaskView> matching;
    for (const auto& [id, view] : tasks_) {
      if (matches(view, query)) matching.push_back(view);
    }
    std::stable_sort(matching.begin(), matching.end(), [&](const auto& a, const auto& b) {
      return query.descending ? less(b, a, query.order) : less(a, b, query.order);
    });
    // The cursor is simply how many rows came before.
    const std::size_t begin = query.cursor.empty() ? 0 : std::stoul(query.cursor);
    const std::size_t end = std::min(matching.size(), begin + query.limit);
    Page<TaskView> page;
    page.total = static_cast<std::int64_t>(matching.size());
    page.rows.assign(matching.begin() + static_cast<std::ptrdiff_t>(begin),
                     matching.begin() + static_cast<std::ptrdiff_t>(end));
    if (end < matching.size()) page.next_cursor = std::to_string(end);
    return page;
  }
  Result<Run> load_run(RunId id) const override {
    for (const Run& run : runs_) {
      if (run.id == id) return run;
    }
    return fail(ErrorCode::kNotFound, fmt::format("there is no run {}", id.value));
  }
  Result<Page<Run>> list_runs(const RunQuery& query) const override {
    Page<Run> page;
    for (const Run& run : runs_) {
      const bool series =
          !query.series || run.id == *query.series || run.first_run_id == query.series;
      const auto& wanted = query.statuses;
      const bool status =
          wanted.empty() || std::find(wanted.begin(), wanted.end(), run.status) != wanted.end();
      if (query.task_id && run.task_id != *query.task_id) continue;
      if (series && status && page.rows.size() < query.limit) page.rows.push_back(run);
    }
    page.total = -1;
    return page;
  }
  Result<std::vector<OutputChunk>> load_output(RunId id, std::int64_t after,
                                               std::size_t) const override {
    std::vector<OutputChunk> chunks;
    for (const OutputChunk& chunk : output_) {
      if (chunk.run_id == id && chunk.seq > after) chunks.push_back(chunk);
    }
    return chunks;
  }
  Result<void> validate_task(const Task&) const override { return {}; }
  Result<Schedule> schedule_of(const Task& task) const override {
    ScheduleOptions options;
    options.timezone = task.timezone;
    return Schedule::parse(task.schedule, options);
  }
  const HandlerCatalog& handlers() const override { return catalog_; }
  EngineStatus status() const override { return figures; }

  std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> callback) override {
    const std::lock_guard lock(listeners_->mutex);
    const int key = listeners_->next++;
    listeners_->callbacks.emplace(key, std::move(callback));
    return std::make_unique<Unsubscribe>(listeners_, key);
  }
  Result<std::vector<BackfillSlot>> plan_backfill(const Backfill&) const override {
    return fail(ErrorCode::kInvalidArgument, "a scheduler over vectors makes up for nothing");
  }
  Result<std::vector<Run>> backfill(const Backfill&, std::string_view) override {
    return fail(ErrorCode::kInvalidArgument, "a scheduler over vectors makes up for nothing");
  }
  Result<std::vector<BackfillSlot>> plan_catch_up(TaskId) const override {
    return std::vector<BackfillSlot>{};
  }
  Result<std::vector<Run>> catch_up_task(TaskId, std::string_view) override {
    return std::vector<Run>{};
  }
  Result<Page<Decision>> list_decisions(const DecisionQuery&) const override {
    return Page<Decision>{};
  }
  Result<std::vector<RemovedTask>> removed_tasks(std::string_view) const override {
    return std::vector<RemovedTask>{};
  }
  Result<std::vector<RemovedTask>> removed_tasks(const std::vector<TaskId>&) const override {
    return std::vector<RemovedTask>{};
  }
  Result<std::vector<Overrun>> list_overruns(std::optional<TaskId>) const override {
    return overruns;
  }
  Result<std::optional<ClockSetBack>> check_clock() const override {
    return figures.clock_set_back;
  }
  const base::Logger& logger() const override {
    static const base::Logger silent;
    return silent;
  }
  store::Store& store() override {
    throw std::logic_error("a scheduler over vectors has no store");
  }

  mutable TaskQuery last_query;
  std::vector<Overrun> overruns;

 private:
  struct Listeners {
    std::mutex mutex;
    int next = 0;
    std::map<int, std::function<void(const Event&)>> callbacks;
  };
  struct Unsubscribe final : Subscription {
    Unsubscribe(std::shared_ptr<Listeners> all, int own) : listeners(std::move(all)), key(own) {}
    ~Unsubscribe() override {
      const std::lock_guard lock(listeners->mutex);
      listeners->callbacks.erase(key);
    }
    std::shared_ptr<Listeners> listeners;
    int key;
  };
  class OneHandler final : public HandlerCatalog, public TaskHandler {
   public:
    std::shared_ptr<TaskHandler> find(std::string_view type) const override {
      return type == "null" ? std::make_shared<OneHandler>() : nullptr;
    }
    std::vector<std::string> types() const override { return {"null"}; }
    std::string_view summary() const override { return "Does nothing"; }
    Result<std::string> handle(TaskContext&) override { return "nothing"; }
  };
  static bool matches(const TaskView& view, const TaskQuery& query) {
    const bool failing = view.execution.failure_count > 0 || !view.execution.schedule_error.empty();
    return view.task.name.find(query.search) != std::string::npos &&
           (!query.active || *query.active == view.task.active) &&
           (!query.failing_only || failing) &&
           (!query.paused_only || view.task.paused_until.has_value());
  }
  static bool less(const TaskView& a, const TaskView& b, TaskOrder order) {
    if (order == TaskOrder::kName) return a.task.name < b.task.name;
    if (order == TaskOrder::kPriority) return a.task.priority < b.task.priority;
    return a.task.id < b.task.id;
  }
  static tl::unexpected<Error> refuse() {
    return fail(ErrorCode::kReadOnly, "a scheduler over vectors is not written to");
  }

  mutable std::mutex mutex_;
  std::map<std::int64_t, TaskView> tasks_;
  std::vector<Run> runs_;
  std::vector<OutputChunk> output_;
  std::shared_future<void> moment_;
  std::optional<Error> failure_;
  std::atomic<std::uint64_t> seq_{0};
  std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
  OneHandler catalog_;
};

}  // namespace rota::api
