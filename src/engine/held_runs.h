// The runs this node holds, from the claim until the result is stored: the only state the engine
// keeps in memory, bounded by held_runs_max. It knows which runs of a task go on, and so decides
// overlaps; and it makes sure that a run is never taken in twice, whatever the database answers.
//
//   waiting --due--> blocked --alone--> ready --worker--> executing --ended--> ended --stored-->
//   gone
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/run_context.h"
#include "model/overlap.h"
#include "store/store.h"

namespace rota::engine {

enum class HeldState { kWaiting, kBlocked, kReady, kExecuting, kEnded };

/// One run in memory. Everything but `run` is guarded by HeldRuns.
struct HeldRun {
  explicit HeldRun(Run the_run) : run(std::move(the_run)) {}
  const Run run;
  HeldState state = HeldState::kWaiting;
  Instant due_since{};                  ///< When it stopped waiting for its time.
  bool marked = false;                  ///< The database knows that it runs, or is being told.
  bool given_up = false;                ///< Its result is stored although it still executes.
  std::optional<RunId> elsewhere;       ///< An earlier run, held by another node.
  std::shared_ptr<RunContext> context;  ///< While executing.
};
using HeldRunPtr = std::shared_ptr<HeldRun>;

/// A run together with the configuration it is to be judged and run by.
struct HeldPair {
  HeldRunPtr held;
  std::shared_ptr<const Task> task;
};

/// What admit() decided.
struct Admission {
  model::OverlapAction action = model::OverlapAction::kStart;
  RunId other;                                       ///< The run that goes on.
  std::vector<RunId> waiting;                        ///< For kLeaveOut: the slots that wait.
  std::vector<std::shared_ptr<RunContext>> to_stop;  ///< For kCancelOthersAndWait: executing.
  std::vector<HeldPair> to_cancel;                   ///< Slots that had not begun; now ended.
};

struct HeldCounts {
  std::size_t waiting = 0;
  std::size_t ready = 0;
  std::size_t executing = 0;
};

/// Thread rule: any thread.
class HeldRuns {
 public:
  /// Brackets a claim: runs that end while one is in flight are remembered until it is over, since
  /// its answer may be older than their end.
  class ClaimInFlight {
   public:
    explicit ClaimInFlight(HeldRuns& runs);
    ~ClaimInFlight();
    ClaimInFlight(const ClaimInFlight&) = delete;
    ClaimInFlight& operator=(const ClaimInFlight&) = delete;

   private:
    HeldRuns& runs_;
  };

  /// Takes claimed runs in; those already held or just ended are left out. Returns how many are
  /// new.
  std::size_t add(std::span<const store::ClaimedRun> claimed, std::span<const Task> tasks);
  std::optional<Instant> next_due() const;
  /// Runs whose time has come, soonest first; they become blocked until admitted.
  std::vector<HeldPair> take_due(Instant now, std::size_t limit);

  /// Decides whether a due run may start beside the others of its task. The bound of a backlog is
  /// held here, at the slot's own moment, among the runs of the task that this node holds; the
  /// row stays claimed until the decision is recorded under its fence, so that the server that
  /// follows a killed one decides it instead. What is caught up on purpose is never left out.
  Admission admit(const HeldRunPtr& held, bool caught_up = false);
  /// How many more slots of a task that queues may be taken, waiting ones and one to go on.
  std::int64_t places(TaskId task, std::int64_t backlog_max) const;
  /// Ends a run that has not begun; false when it is no longer for the caller to end.
  bool refuse(const HeldRunPtr& held);
  /// Somebody cancels it: a run that has not begun is now ended and the caller's to record.
  std::optional<HeldPair> cancel(RunId id);
  /// Its place is free: the next blocked run of its task, now ready, if one waited.
  std::optional<HeldPair> end(const HeldRunPtr& held);
  /// False when it was dropped meanwhile and must not begin.
  bool begin(const HeldRunPtr& held, std::shared_ptr<RunContext> context);
  /// The result is stored, or the run is no longer ours. One that still executes (it did not stop
  /// when asked) goes when it ends.
  void remove(RunId id);

  /// Waiting runs of a task for which `keep` says no: gone from here.
  template <class Keep>
  std::vector<store::RunKey> withdraw(TaskId task, const Keep& keep) {
    return withdraw_if(task, [&](const Run& run) { return !keep(run); });
  }
  /// Everything that waits or is ready: given back when draining. Executing runs stay.
  std::vector<store::RunKey> take_unstarted();
  /// The lease is lost: forgets what has not begun; returns what is executing, to be stopped.
  std::vector<std::shared_ptr<RunContext>> drop_all();

  /// A changed task: what waits will use the new configuration.
  void refresh(const std::shared_ptr<const Task>& task);
  bool holds_task(TaskId task) const;
  std::shared_ptr<const Task> task_of(TaskId task) const;

  /// Runs that began before `before` and that the database does not know to run; now marked.
  std::vector<store::StartMark> take_unmarked(SteadyTime before);
  std::optional<SteadyTime> oldest_unmarked() const;
  std::shared_ptr<RunContext> context_of(RunId id) const;
  std::vector<std::shared_ptr<RunContext>> executing() const;
  void set_marked(RunId id);

  /// Blocked runs that wait for another node's run; and the news that it is over.
  std::vector<HeldPair> blocked_elsewhere() const;
  std::optional<HeldPair> cleared_elsewhere(const HeldRunPtr& held);

  std::size_t size() const;
  HeldCounts counts() const;

 private:
  struct HeldTask {
    std::shared_ptr<const Task> task;
    std::vector<HeldRunPtr> runs;  // in the order they were claimed
  };
  struct WaitingKey {
    Instant at;
    std::int64_t rank;
    std::int64_t id;
    auto operator<=>(const WaitingKey&) const = default;
  };

  std::vector<store::RunKey> withdraw_if(TaskId task,
                                         const std::function<bool(const Run&)>& remove);
  static WaitingKey key_of(const Run& run) {
    return {run.available_at, run.priority, run.id.value};
  }
  std::vector<HeldRunPtr> others_of(const HeldRunPtr& held) const;
  void erase(const HeldRunPtr& held);
  /// The most urgent one, of these the one claimed first.
  std::optional<HeldPair> next_blocked(TaskId task);
  void move(HeldRun& held, HeldState to);

  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, HeldRunPtr> runs_;
  std::unordered_map<std::int64_t, HeldTask> tasks_;
  std::set<WaitingKey> waiting_;
  std::set<std::pair<SteadyTime, std::int64_t>> unmarked_;
  std::array<std::size_t, 5> counts_{};
  int claims_in_flight_ = 0;
  std::unordered_set<std::int64_t> ended_meanwhile_;
};

}  // namespace rota::engine
