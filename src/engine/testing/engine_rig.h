// An engine without threads over a store in memory and a clock that only the test moves. Handlers
// of the type "work" do what the test says: how long they take, whether they fail, whether they
// stop when asked. kill() is what kill -9 does; start() begins a new server on the same database.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/testing/memory_store.h"

namespace rota::engine::testing {

/// What handlers of one task do.
struct Behaviour {
  Duration takes{0};
  bool fails = false;
  bool ignores_stop = false;
  bool throws = false;
  std::string prints = {};
};

/// One start of a handler, as the outside world saw it.
struct Start {
  TaskId task;
  RunId run;
  Instant slot{};
  Instant at{};
  Instant reached{};  ///< The latest time the clock had shown by then: it may have been set back.
  int attempt = 0;
  std::int64_t fence = 0;
  RunCause cause = RunCause::kSchedule;
  std::string metadata;
};

class EngineRig {
 public:
  /// Opens a database; called anew after each kill.
  using OpenStore = std::function<std::unique_ptr<store::Store>(const Clock&)>;

  explicit EngineRig(Instant start, EngineOptions options = {});
  /// Over another store than the one in memory.
  EngineRig(Instant start, EngineOptions options, OpenStore open);
  ~EngineRig();

  /// A new server on the database; steps it once.
  void start();
  void kill();
  bool running() const { return engine_ != nullptr; }
  Engine& engine() { return *engine_; }

  Task add(Task task);
  /// Edits the stored task and lets the server notice.
  Task edit(TaskId id, const std::function<void(Task&)>& change);
  void remove(TaskId id);
  Run run_now(TaskId id, std::string metadata = {});
  void behave(TaskId id, Behaviour behaviour) { behaviours_[id.value] = std::move(behaviour); }
  /// What handlers do for which behave() said nothing.
  void behave_by(std::function<Behaviour(const TaskContext&)> rule) { rule_ = std::move(rule); }

  /// Lets time pass, step by step, as far as anything is due; handlers end on their time.
  void run_until(Instant until);
  void run_for(Duration span) { run_until(clock.now() + span); }
  /// Somebody sets the wall clock.
  void set_clock(Duration by);
  /// Does what is due at this very moment.
  void settle();

  const std::vector<Start>& starts() const { return starts_; }
  std::vector<Start> starts_of(TaskId id) const;
  std::vector<Run> runs_of(TaskId id);
  TaskExecution execution_of(TaskId id) { return database().load_task(id)->execution; }
  store::Store& database();
  std::size_t executing() const { return pending_.size(); }

  ManualClock clock;
  MemoryStore store;  ///< The database, unless another was given.

 private:
  class Catalog;
  struct Pending {
    std::shared_ptr<TaskContext> context;
    Completion done;
    SteadyTime ends{};
    Behaviour behaviour;
  };

  void begin(std::shared_ptr<TaskContext> context, Completion done);
  bool finish_pending();
  void note_change();

  const EngineOptions options_;
  const OpenStore open_;
  std::unique_ptr<store::Store> other_;
  std::function<Behaviour(const TaskContext&)> rule_;
  std::unique_ptr<Catalog> catalog_;
  std::map<std::int64_t, Behaviour> behaviours_;
  std::vector<Start> starts_;
  Instant reached_{};
  std::vector<Pending> pending_;
  std::unique_ptr<Engine> engine_;
};

/// A valid task of type "work".
Task work_task(std::string name, std::string schedule);

}  // namespace rota::engine::testing
