// Writes down what happened, in groups: results, start marks and output of many runs share one
// transaction, and no handler waits for it. What could not be written is kept and written again;
// a result is safe to repeat.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/core.h"

namespace rota::engine {

/// Thread rule: submit_*() and note_output() from any thread; run_once() from one at a time.
class Recorder {
 public:
  struct Signals {
    std::function<void(RunId)> may_start;       ///< An at-most-once run is marked: begin it.
    std::function<void(Instant)> on_queued;     ///< A retry was queued for then.
    std::function<void(Instant)> on_next_slot;  ///< An after-finish task has its next slot.
  };
  Recorder(Core& core, Signals signals);

  /// The final result of a run; `context` holds its output (null: it never began).
  void submit_result(store::RunResult result, std::shared_ptr<RunContext> context);
  /// At most once: the mark must be stored before the run begins.
  void submit_start(store::StartMark mark);
  void note_output(const std::shared_ptr<RunContext>& context);
  /// A run has begun: unless it ends at once, the database is to know that it runs.
  void note_started() { service_.wake_by(core_.clock.steady_now() + kMarkAfter); }

  SteadyTime run_once();
  /// Results not stored yet.
  std::size_t pending() const;
  base::Service& service() { return service_; }

 private:
  /// Runs shorter than this are stored in one write, straight from claimed to their end.
  static constexpr Duration kMarkAfter = std::chrono::milliseconds{20};

  struct Finished {
    store::RunResult result;
    std::shared_ptr<RunContext> context;
  };

  /// Errors that the same write would meet again for ever: something in it must be at fault.
  static bool is_poison(ErrorCode code);
  bool mark_starts();
  bool mark_long_runs();
  bool write_output();
  bool write_results();
  std::vector<Finished> take_batch();
  void put_back(std::vector<Finished> batch);
  void collect_output();
  void settle(const std::vector<Finished>& batch, const store::RecordReport& report);
  void announce(const Finished& finished);
  bool give_up_on(std::vector<Finished>& batch, const Error& error);
  SteadyTime next_time(bool all_written);

  Core& core_;
  const Signals signals_;
  mutable std::mutex mutex_;
  std::deque<Finished> finished_;
  std::vector<store::StartMark> starts_;
  std::unordered_map<std::int64_t, std::shared_ptr<RunContext>> printing_;
  SteadyTime oldest_output_ = SteadyTime::max();
  // Of run_once() alone:
  std::vector<OutputChunk> chunks_;
  std::size_t batch_max_;
  Duration backoff_{0};
  base::Service service_;
};

}  // namespace rota::engine
