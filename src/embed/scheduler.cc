#include "embed/scheduler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "embed/backfill.h"
#include "handlers/schema.h"
#include "model/limits.h"
#include "model/text_rules.h"
#include "model/validation.h"
#include "rota/version.h"
#include "warden/left_behind.h"

namespace rota::embed {
namespace {

/// An edit of one field is tried again when somebody else saved meanwhile.
constexpr int kTriesMax = 5;
/// How long a run may take from its claim in the database to this engine, and between two looks.
constexpr std::chrono::seconds kHandOverMax{5};
constexpr std::chrono::milliseconds kHandOverPause{2};

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

store::NodeInfo node_info(const Options& options) {
  store::NodeInfo info;
  info.host = options.node_name.empty() ? host_name() : options.node_name;
  info.pid = getpid();
  info.version = kVersion;
  info.capacity = static_cast<std::int64_t>(options.engine.workers);
  return info;
}

Error unknown_type(const std::string& type, const std::vector<std::string>& known) {
  const std::string message =
      fmt::format("'{}' is not a known type; the known types are {}", type, fmt::join(known, ", "));
  return Error{ErrorCode::kInvalidArgument,
               "the task is not valid: type " + message,
               "rota handlers lists the types with what they do",
               std::nullopt,
               {{"type", message, std::nullopt}}};
}

/// Adds one more fault to what was found so far.
Result<void> also(Result<void> verdict, Error fault) {
  if (verdict) return fail(std::move(fault));
  Error& error = verdict.error();
  error.message += "; " + fault.message;
  for (FieldError& field : fault.fields) error.fields.push_back(std::move(field));
  return verdict;
}

/// By the handler's schema, then by what a schema cannot say.
Result<void> check_metadata(const TaskHandler& handler, std::string_view metadata) {
  if (auto fits = handlers::validate_metadata(handler.metadata_schema(), metadata); !fits) {
    return fits;
  }
  return handler.check_metadata(metadata);
}

}  // namespace

SchedulerImpl::SchedulerImpl(const Options& options, const Clock& clock,
                             std::unique_ptr<Services> services,
                             std::unique_ptr<store::AuditSeal> seal,
                             std::unique_ptr<store::Store> store)
    : clock_(clock),
      owner_wait_(options.owner_wait),
      keep_waiting_(options.keep_waiting),
      audit_seal_(std::move(seal)),
      store_(std::move(store)),
      secrets_(
          store_->secrets(), clock,
          options.key_file.empty() ? secrets::key_file_of(options.database) : options.key_file),
      services_(std::move(services)),
      feeds_(*store_, services_->http(), clock, services_->logger()) {
  services_->build_handlers(options,
                            {[this] { return summarize(); },
                             [this](const std::string& path) { return store_->back_up(path); }});
  engine_ = std::make_unique<engine::Engine>(
      engine::Ports{*store_, services_->handlers(), clock, &secrets_, lease_listener()},
      options.engine, node_info(options), services_->logger());
}

std::function<void(SteadyTime, bool)> SchedulerImpl::lease_listener() {
  if (services_->processes() == nullptr) return nullptr;
  return [this](SteadyTime until, bool shared) {
    using Lease = handlers::ProcessRunner::Lease;
    services_->processes()->extend_lease(until, shared ? Lease::kShared : Lease::kAlone);
  };
}

/// Before anything is decided: what a dead server started is gone, and what this one starts keeps
/// the next one waiting.
Result<void> SchedulerImpl::take_ownership() {
  const auto say = [this](const std::string& what) {
    const std::lock_guard lock(waiting_mutex_);
    if (what == waiting_for_) return;
    waiting_for_ = what;
    if (!what.empty()) services_->logger().warning("engine", "waiting: " + what);
  };
  const auto descriptor =
      store_->take_ownership({.most = owner_wait_, .on_wait = say, .go_on = keep_waiting_});
  say("");
  if (!descriptor) return fail(descriptor.error());
  if (auto alone = end_left_behind(*descriptor); !alone) return alone;
  if (*descriptor >= 0 && services_->processes() != nullptr) {
    services_->processes()->hold_open(*descriptor,
                                      [this](std::int64_t pid) { store_->note_supervisor(pid); });
  }
  return {};
}

/// Whoever kills a server with its warden and keepers leaves children of programs without anybody
/// that holds them; they carry a mark.
Result<void> SchedulerImpl::end_left_behind(int descriptor) {
  const auto ended = warden::end_marked(warden::mark_of(descriptor), owner_wait_);
  if (ended.pids.empty()) return {};
  const std::string pids = fmt::format("{}", fmt::join(ended.pids, ", "));
  if (ended.gone) {
    services_->logger().warning("engine", "processes of a dead server were found and ended",
                                {{"processes", pids}});
    return {};
  }
  store_->release_ownership();
  return fail(ErrorCode::kBusy,
              fmt::format("processes that a dead server left do not end: {}", pids),
              "no run is decided while they go on: look at them with ps, then start again");
}

EngineStatus SchedulerImpl::status() const {
  EngineStatus status = engine_->status();
  const std::lock_guard lock(waiting_mutex_);
  // Which processes these are stands in the log: the figures are shown to everybody.
  if (!waiting_for_.empty()) status.not_ready = "programs that a dead server left are still ending";
  return status;
}

Result<void> SchedulerImpl::start() {
  if (engine_->status().running) {
    return fail(ErrorCode::kInvalidArgument, "the scheduler is already running");
  }
  if (auto owned = take_ownership(); !owned) return owned;
  if (auto started = engine_->start(); !started) {
    store_->release_ownership();
    return started;
  }
  feeds_.start();
  return {};
}

void SchedulerImpl::drain() {
  feeds_.stop();
  engine_->drain();
}

Result<Task> SchedulerImpl::add_task(const Task& task, std::string_view by) {
  if (auto valid = validate_task(task); !valid) return fail(std::move(valid.error()));
  return store_->add_task(task, by);
}

Result<Task> SchedulerImpl::update_task(const Task& task, std::string_view by) {
  if (auto valid = validate_task(task); !valid) return fail(std::move(valid.error()));
  return store_->update_task(task, by);
}

Result<void> SchedulerImpl::remove_task(TaskId id, History history, std::string_view by) {
  return store_->remove_task(id, history, by);
}

Result<Task> SchedulerImpl::pause_task(TaskId id, Instant until, std::string_view reason,
                                       std::string_view by) {
  return change_pause(id, until, reason, by);
}

Result<Task> SchedulerImpl::resume_task(TaskId id, std::string_view by) {
  return change_pause(id, std::nullopt, {}, by);
}

/// Only these two fields change, so that a task whose handler is not known here can be paused too.
Result<Task> SchedulerImpl::change_pause(TaskId id, std::optional<Instant> until,
                                         std::string_view reason, std::string_view by) {
  Result<Task> saved = fail(ErrorCode::kVersionConflict, "the task keeps being changed");
  for (int tries = 0; tries < kTriesMax; ++tries) {
    auto view = store_->load_task(id);
    if (!view) return fail(std::move(view.error()));
    Task& task = view->task;
    task.paused_until = until;
    task.pause_reason = reason;
    // Resuming also brings back a task that was deactivated, by hand or by its failure limit.
    if (!until) task.active = true;
    if (auto valid = model::validate_pause(task); !valid) return fail(std::move(valid.error()));
    saved = store_->update_task(task, by);
    if (saved || saved.error().code != ErrorCode::kVersionConflict) return saved;
  }
  return saved;
}

Result<Run> SchedulerImpl::run_task(TaskId id, std::string_view metadata, std::string_view by) {
  if (!metadata.empty()) {
    if (const auto fault = model::check_json_object(metadata, kTaskMetadataMax)) {
      return fail(Error{ErrorCode::kInvalidArgument,
                        "metadata " + fault->message,
                        "give a JSON object, or nothing to use the task's own",
                        fault->column,
                        {{"metadata", fault->message, fault->column}}});
    }
  }
  if (!metadata.empty()) {
    const auto view = store_->load_task(id);
    if (!view) return fail(view.error());
    const auto handler = handlers().find(view->task.type);
    if (auto fits = handler ? check_metadata(*handler, metadata) : Result<void>{}; !fits) {
      return fail(std::move(fits.error()));
    }
  }
  store::NewRun run;
  run.task_id = id;
  run.metadata = metadata;
  run.requested_by = by;
  return store_->enqueue_run(run);
}

Result<std::vector<BackfillSlot>> SchedulerImpl::plan_backfill(const Backfill& wanted) const {
  const auto view = store_->load_task(wanted.task_id);
  if (!view) return fail(view.error());
  const auto schedule = schedule_of(view->task);
  if (!schedule) return fail(schedule.error());
  return embed::plan_backfill(wanted, *schedule, *store_, clock_.now());
}

Result<std::vector<Run>> SchedulerImpl::backfill(const Backfill& wanted, std::string_view by) {
  return make_up(wanted, plan_backfill(wanted), by);
}

Result<std::vector<BackfillSlot>> SchedulerImpl::plan_catch_up(TaskId id) const {
  const auto view = store_->load_task(id);
  if (!view) return fail(view.error());
  return embed::plan_catch_up(view->task, *store_, clock_.now());
}

Result<std::vector<Run>> SchedulerImpl::catch_up_task(TaskId id, std::string_view by) {
  Backfill wanted;
  wanted.task_id = id;
  return make_up(wanted, plan_catch_up(id), by);
}

Result<std::vector<Run>> SchedulerImpl::make_up(const Backfill& wanted,
                                                const Result<std::vector<BackfillSlot>>& plan,
                                                std::string_view by) {
  if (!plan) return fail(plan.error());
  const auto runs = backfill_runs(wanted, *plan, by, clock_.now());
  if (runs.empty()) return std::vector<Run>{};
  return store_->enqueue_runs(runs);
}

/// What this engine holds it ends itself; what waits in the database is ended there. A run that
/// this node has claimed reaches its engine a moment after the row says so: then both are asked
/// anew.
Result<Run> SchedulerImpl::cancel_run(RunId id, std::string_view by) {
  const std::string why = fmt::format("cancelled by {}", by);
  const auto give_up = std::chrono::steady_clock::now() + kHandOverMax;
  while (true) {
    if (engine_->cancel(id, why)) return store_->load_run(id);
    const auto ended = store_->cancel_queued(id, why);
    if (!ended) return fail(ended.error());
    auto run = store_->load_run(id);
    if (!run || *ended) return run;
    if (is_final(run->status)) return fail(ErrorCode::kStale, "the run has ended already");
    if (run->node_id && *run->node_id != engine_->status().node_id) {
      return fail(ErrorCode::kNotAllowedHere, "another node has this run",
                  "ask that node's server to cancel it");
    }
    if (std::chrono::steady_clock::now() >= give_up) {
      return fail(ErrorCode::kBusy, "the run is about to start here", "ask once more in a moment");
    }
    std::this_thread::sleep_for(kHandOverPause);
  }
}

/// The task's own rules, then what its handler knows: all wrong fields in one error.
Result<void> SchedulerImpl::validate_task(const Task& task) const {
  auto verdict = model::validate_task(task);
  const auto handler = handlers().find(task.type);
  if (!handler && !model::check_snake_case(task.type, model::kTypeMax)) {
    return also(std::move(verdict), unknown_type(task.type, handlers().types()));
  }
  if (handler && !model::check_json_object(task.metadata, kTaskMetadataMax)) {
    if (auto fits = check_metadata(*handler, task.metadata); !fits) {
      return also(std::move(verdict), std::move(fits.error()));
    }
  }
  return verdict;
}

Result<Schedule> SchedulerImpl::schedule_of(const Task& task) const {
  return engine_->schedule_of(task);
}

Result<DatabaseSummary> SchedulerImpl::summarize() const {
  const auto found = store_->summarize();
  if (!found) return fail(found.error());
  const auto executing = static_cast<std::int64_t>(status().executing);
  DatabaseSummary summary;
  summary.tasks = found->tasks;
  summary.active_tasks = found->active_tasks;
  summary.failing_tasks = found->tasks_with_errors;
  summary.runs_executing = executing;
  summary.runs_queued = std::max<std::int64_t>(found->unfinished_runs - executing, 0);
  summary.size_bytes = found->bytes;
  return summary;
}

}  // namespace rota::embed
