// From due to done: the last gate, overlaps, the queue for free workers, the handler, its timeout,
// and the result. Holds no thread of its own: workers call work(), tests call work_inline().
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "engine/core.h"
#include "engine/deadlines.h"
#include "engine/outcome.h"
#include "engine/ready_queue.h"
#include "engine/recorder.h"

namespace rota::engine {

/// Thread rule: any thread.
class Executor {
 public:
  Executor(Core& core, Recorder& recorder, Deadlines& deadlines);

  /// Runs whose time has come.
  void submit(const std::vector<HeldPair>& due);
  /// An at-most-once run is marked in the database and may begin.
  void start_marked(RunId id);
  /// A run it had to wait for is over elsewhere.
  void unblock(const HeldPair& pair) { make_ready(pair); }
  void finish_refused(const HeldPair& pair, RunStatus status, model::SkipReason why);

  /// A worker: executes runs of that kind until told to stop.
  void work(WorkKind kind, const std::stop_token& stop);
  /// Executes what is ready on the calling thread; returns how many runs began.
  std::size_t work_inline();
  /// Asks all that executes to stop.
  void stop_all(StopReason why, const std::string& words);
  /// Waits until nothing executes, or the steady time is reached; returns whether nothing does.
  bool wait_idle(SteadyTime until);
  std::size_t executing() const;

 private:
  struct Execution;
  using ExecutionPtr = std::shared_ptr<Execution>;

  /// Why a run that is due must not run after all; may find that it is caught up on purpose.
  std::optional<model::SkipReason> refuse_late(const HeldPair& pair, bool& caught_up);
  std::optional<model::SkipReason> refuse_missed(const HeldPair& pair, const Schedule& schedule,
                                                 bool& caught_up);
  bool waited_its_turn(const HeldPair& pair) const;
  void admit(const HeldPair& pair, bool caught_up);
  void make_ready(const HeldPair& pair);
  void push(ReadyRun run);
  std::optional<ReadyRun> pop(WorkKind kind);
  void execute(ReadyRun ready, WorkKind kind);
  std::shared_ptr<RunContext> make_context(const ReadyRun& ready, std::shared_ptr<const Task> task);
  void watch_deadline(const ExecutionPtr& execution);
  void ended(const ExecutionPtr& execution, HandlerOutcome outcome);
  void record(const ExecutionPtr& execution, const HandlerOutcome& outcome);
  void leave(const ReadyRun& ready, WorkKind kind);
  std::optional<Instant> next_after_finish(const Task& task, Instant finished);

  Core& core_;
  Recorder& recorder_;
  Deadlines& deadlines_;
  mutable std::mutex mutex_;
  std::condition_variable_any blocking_ready_;
  std::condition_variable_any async_ready_;
  std::condition_variable idle_;
  ReadyQueue ready_;
  std::unordered_map<std::int64_t, ReadyRun> marking_;
  std::size_t executing_ = 0;
  std::size_t async_executing_ = 0;
};

}  // namespace rota::engine
