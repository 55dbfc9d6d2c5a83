#include "engine/testing/engine_rig.h"

#include <algorithm>
#include <stdexcept>

#include "base/check.h"

namespace rota::engine::testing {

/// Knows "work" (asynchronous, ends when the rig says) and "blocking_work" (ends at once).
class EngineRig::Catalog final : public HandlerCatalog {
 public:
  explicit Catalog(EngineRig& rig)
      : async_(std::make_shared<Work>(rig, false)), blocking_(std::make_shared<Work>(rig, true)) {}

  std::shared_ptr<TaskHandler> find(std::string_view type) const override {
    if (type == "work") return async_;
    if (type == "blocking_work") return blocking_;
    return nullptr;
  }
  std::vector<std::string> types() const override { return {"blocking_work", "work"}; }

 private:
  class Work final : public TaskHandler {
   public:
    Work(EngineRig& rig, bool blocks) : rig_(rig), blocks_(blocks) {}
    bool blocking() const override { return blocks_; }
    void execute(std::shared_ptr<TaskContext> task, Completion done) override {
      rig_.begin(std::move(task), std::move(done));
    }

   protected:
    Result<std::string> handle(TaskContext&) override {
      return fail(ErrorCode::kInternal, "execute() does it all");
    }

   private:
    EngineRig& rig_;
    const bool blocks_;
  };

  std::shared_ptr<TaskHandler> async_;
  std::shared_ptr<TaskHandler> blocking_;
};

EngineRig::EngineRig(Instant start, EngineOptions options)
    : EngineRig(start, std::move(options), nullptr) {}

EngineRig::EngineRig(Instant start, EngineOptions options, OpenStore open)
    : clock(start),
      store(clock),
      options_(std::move(options)),
      open_(std::move(open)),
      catalog_(std::make_unique<Catalog>(*this)) {}

EngineRig::~EngineRig() { kill(); }

store::Store& EngineRig::database() {
  if (!open_) return store;
  if (!other_) other_ = open_(clock);
  return *other_;
}

void EngineRig::start() {
  kill();
  engine_ = std::make_unique<Engine>(Ports{database(), *catalog_, clock}, options_,
                                     store::NodeInfo{"test", 1, "0", 1}, base::Logger{});
  const auto opened = engine_->open();
  ROTA_CHECK(opened.has_value(), "the engine opens its database");
  settle();
}

void EngineRig::kill() {
  engine_.reset();
  pending_.clear();
  other_.reset();
}

void EngineRig::note_change() {
  if (!engine_) return;
  engine_->note_change();
  settle();
}

Task EngineRig::add(Task task) {
  const Task stored = database().add_task(task, "test").value();
  note_change();
  return stored;
}

Task EngineRig::edit(TaskId id, const std::function<void(Task&)>& change) {
  Task task = database().load_task(id)->task;
  change(task);
  const Task stored = database().update_task(task, "test").value();
  note_change();
  return stored;
}

void EngineRig::remove(TaskId id) {
  (void)database().remove_task(id, History::kKeep, "test");
  note_change();
}

Run EngineRig::run_now(TaskId id, std::string metadata) {
  store::NewRun wanted;
  wanted.task_id = id;
  wanted.metadata = std::move(metadata);
  const Run run = database().enqueue_run(wanted).value();
  note_change();
  return run;
}

void EngineRig::begin(std::shared_ptr<TaskContext> context, Completion done) {
  const Run& run = context->run();
  reached_ = std::max(reached_, clock.now());
  starts_.push_back({run.task_id, run.id, run.scheduled_for, clock.now(), reached_, run.attempt,
                     run.fence, run.cause, context->metadata()});
  const auto known = behaviours_.find(run.task_id.value);
  Behaviour behaviour;
  if (known != behaviours_.end()) {
    behaviour = known->second;
  } else if (rule_) {
    behaviour = rule_(*context);
  }
  if (behaviour.throws) throw std::runtime_error("thrown by the test");
  if (!behaviour.prints.empty()) context->write_output(1, behaviour.prints);
  pending_.push_back(
      {std::move(context), std::move(done), clock.steady_now() + behaviour.takes, behaviour});
  if (behaviour.takes == Duration::zero()) finish_pending();
}

/// Ends the handlers whose time is up or who were asked to stop.
bool EngineRig::finish_pending() {
  bool any = false;
  for (std::size_t i = 0; i < pending_.size();) {
    const bool stopped = pending_[i].context->stop_token().stop_requested();
    const bool stops = stopped && !pending_[i].behaviour.ignores_stop;
    if (pending_[i].ends > clock.steady_now() && !stops) {
      ++i;
      continue;
    }
    const Pending ended = std::move(pending_[i]);
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    HandlerOutcome outcome;
    outcome.elapsed = Duration{1} + clock.steady_now() - ended.ends + ended.behaviour.takes;
    outcome.result = "done";
    if (stops || ended.behaviour.fails) {
      outcome.status = stops ? RunStatus::kCancelled : RunStatus::kFailed;
      outcome.result.clear();
      outcome.error = stops ? "stopped" : "failed as told";
      outcome.worth_a_retry = !stops;
    }
    ended.done(std::move(outcome));
    any = true;
    i = 0;
  }
  return any;
}

void EngineRig::set_clock(Duration by) {
  reached_ = std::max(reached_, clock.now());
  clock.jump_wall(by);
  settle();
}

void EngineRig::settle() {
  do {
    if (engine_) engine_->step();
  } while (finish_pending());
}

void EngineRig::run_until(Instant until) {
  const SteadyTime end = clock.steady_now() + (until - clock.now());
  for (;;) {
    SteadyTime next = end;
    if (engine_) next = std::min(next, engine_->step());
    if (finish_pending()) continue;
    for (const Pending& pending : pending_) next = std::min(next, pending.ends);
    if (clock.steady_now() >= end) return;
    clock.advance(std::max(next - clock.steady_now(), Duration{1}));
  }
}

std::vector<Run> EngineRig::runs_of(TaskId id) {
  if (!open_) return store.runs_of(id);
  RunQuery query;
  query.task_id = id;
  query.limit = 1000;
  std::vector<Run> runs;
  do {
    const auto page = database().list_runs(query);
    ROTA_CHECK(page.has_value(), page ? "" : page.error().message);
    runs.insert(runs.end(), page->rows.begin(), page->rows.end());
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  std::reverse(runs.begin(), runs.end());
  return runs;
}

std::vector<Start> EngineRig::starts_of(TaskId id) const {
  std::vector<Start> found;
  for (const Start& start : starts_) {
    if (start.task == id) found.push_back(start);
  }
  return found;
}

Task work_task(std::string name, std::string schedule) {
  Task task;
  task.name = std::move(name);
  task.type = "work";
  task.schedule = std::move(schedule);
  return task;
}

}  // namespace rota::engine::testing
