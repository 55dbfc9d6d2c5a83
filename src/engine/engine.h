// The engine as a whole: wires its parts and gives them threads, or lets a test step them by hand.
// It knows the store's port and never a concrete store.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "engine/boot_runs.h"
#include "engine/clock_check.h"
#include "engine/clock_watch.h"
#include "engine/core.h"
#include "engine/executor.h"
#include "engine/firing.h"
#include "engine/lease_keeper.h"
#include "engine/planning.h"
#include "engine/recorder.h"
#include "engine/upkeep.h"

namespace rota::engine {

/// What an engine works with; all of it outlives the engine.
struct Ports {
  store::Store& store;
  const HandlerCatalog& handlers;
  const Clock& clock;
  secrets::Vault* secrets = nullptr;  ///< Null: no run may name one.
};

/// Thread rule: cancel(), status() and subscribe() from any thread; the rest from the owner.
class Engine {
 public:
  Engine(const Ports& ports, const EngineOptions& options, store::NodeInfo node,
         const base::Logger& logger);
  /// Drains if it was started and not drained. Waits for handlers that still execute.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Opens a session, rescues what an earlier server left behind, and begins to plan and run.
  Result<void> start();
  /// Stops claiming, gives back what has not begun, gives running work its grace and then asks it
  /// to stop, stores results, ends the session. Idempotent.
  void drain();

  /// Without threads: opens the session and rescues. Then call step() again and again.
  Result<void> open();
  /// Does everything that is due, runs ready handlers on this thread, and returns when something
  /// is due next. Abandoning an engine that is stepped is like killing its process.
  SteadyTime step();
  /// Tasks or queued runs may have changed (the store's own notice calls this, too).
  void note_change() { planning_.note_change(); }

  /// The task's schedule in its calendar as it stands now, also of a task that is not stored.
  Result<Schedule> schedule_of(const Task& task);
  /// Ends a run that has not begun, asks one that goes on to stop. False: not held here, or over.
  /// From any thread.
  bool cancel(RunId id, const std::string& why);

  EngineStatus status() const;
  /// Whether tasks' next slots stand later than their schedules say, as the clock is now.
  Result<std::optional<ClockSetBack>> check_clock();
  std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> callback) {
    return core_.events.subscribe(std::move(callback));
  }

 private:
  Recorder::Signals recorder_signals();
  LeaseKeeper::Signals lease_signals();
  std::function<void()> wake_firing();
  SteadyTime keep_up();
  void start_threads();
  void give_back();
  void finish_running();
  void flush_results();
  void stop_threads();

  Core core_;
  Deadlines deadlines_;
  Recorder recorder_;
  Executor executor_;
  Firing firing_;
  Planning planning_;
  LeaseKeeper lease_keeper_;
  base::Service lease_service_;
  Rescuer rescuer_;
  Janitor janitor_;
  BootRuns boot_runs_;
  ClockCheck clock_check_;
  base::Service rescue_service_;
  base::Service janitor_service_;
  base::Service boot_service_;
  base::Service clock_service_;
  base::Service upkeep_service_;  // one thread for the four slow duties
  std::unique_ptr<ClockWatch> clock_watch_;
  std::vector<std::jthread> workers_;
  std::atomic<bool> started_{false};
  bool drained_ = false;
};

}  // namespace rota::engine
