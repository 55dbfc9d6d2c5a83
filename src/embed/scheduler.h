// rota::Scheduler over a store, the engine and the handlers.
#pragma once

#include <memory>

#include "embed/services.h"
#include "engine/engine.h"
#include "feeds/refresh_service.h"
#include "rota/scheduler.h"
#include "secrets/vault.h"
#include "store/store.h"

namespace rota::embed {

class SchedulerImpl final : public Scheduler {
 public:
  SchedulerImpl(const Options& options, const Clock& clock, std::unique_ptr<Services> services,
                std::unique_ptr<store::Store> store);

  Result<void> start() override;
  void drain() override;

  Result<Task> add_task(const Task& task, std::string_view by) override;
  Result<Task> update_task(const Task& task, std::string_view by) override;
  Result<void> remove_task(TaskId id, History history, std::string_view by) override;
  Result<Task> pause_task(TaskId id, Instant until, std::string_view reason,
                          std::string_view by) override;
  Result<Task> resume_task(TaskId id, std::string_view by) override;
  Result<Run> run_task(TaskId id, std::string_view metadata, std::string_view by) override;

  Result<std::vector<BackfillSlot>> plan_backfill(const Backfill& wanted) const override;
  Result<std::vector<Run>> backfill(const Backfill& wanted, std::string_view by) override;
  Result<std::vector<BackfillSlot>> plan_catch_up(TaskId id) const override;
  Result<std::vector<Run>> catch_up_task(TaskId id, std::string_view by) override;
  Result<Run> cancel_run(RunId id, std::string_view by) override;

  Result<TaskView> load_task(TaskId id) const override { return store_->load_task(id); }
  Result<TaskView> load_task_by_name(std::string_view name) const override {
    return store_->load_task_by_name(name);
  }
  Result<Page<TaskView>> list_tasks(const TaskQuery& query) const override {
    return store_->list_tasks(query);
  }
  Result<Run> load_run(RunId id) const override { return store_->load_run(id); }
  Result<Page<Run>> list_runs(const RunQuery& query) const override {
    return store_->list_runs(query);
  }
  Result<std::vector<OutputChunk>> load_output(RunId id, std::int64_t after_seq,
                                               std::size_t bytes_max) const override {
    return store_->load_output(id, after_seq, bytes_max);
  }

  Result<Page<Decision>> list_decisions(const DecisionQuery& query) const override {
    return store_->list_decisions(query);
  }

  Result<std::vector<RemovedTask>> removed_tasks(std::string_view name) const override {
    return store_->find_removed(name);
  }
  Result<std::vector<RemovedTask>> removed_tasks(const std::vector<TaskId>& ids) const override {
    return store_->find_removed(ids);
  }
  Result<std::vector<Overrun>> list_overruns(std::optional<TaskId> task) const override;
  Result<std::optional<ClockSetBack>> check_clock() const override {
    return engine_->check_clock();
  }

  Result<void> validate_task(const Task& task) const override;
  Result<Schedule> schedule_of(const Task& task) const override;

  const HandlerCatalog& handlers() const override { return services_->handlers(); }
  EngineStatus status() const override { return engine_->status(); }
  std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> callback) override {
    return engine_->subscribe(std::move(callback));
  }
  store::Store& store() override { return *store_; }
  secrets::Vault* secrets() override { return &secrets_; }
  const base::Logger& logger() const override { return services_->logger(); }

 private:
  /// Queues what a plan says.
  Result<std::vector<Run>> make_up(const Backfill& wanted,
                                   const Result<std::vector<BackfillSlot>>& plan,
                                   std::string_view by);
  Result<Task> change_pause(TaskId id, std::optional<Instant> until, std::string_view reason,
                            std::string_view by);
  Result<DatabaseSummary> summarize() const;

  const Clock& clock_;
  std::unique_ptr<store::Store> store_;
  secrets::Vault secrets_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<engine::Engine> engine_;
  feeds::RefreshService feeds_;
};

}  // namespace rota::embed
