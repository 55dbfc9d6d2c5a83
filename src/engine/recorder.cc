#include "engine/recorder.h"

#include <algorithm>

#include "base/time_math.h"

namespace rota::engine {
namespace {

/// How long output of an executing run waits for company.
constexpr Duration kOutputDelay = std::chrono::milliseconds{100};
constexpr Duration kBackoffFirst = std::chrono::milliseconds{50};
constexpr Duration kBackoffMax = std::chrono::seconds{2};
/// Output that could not be written is dropped beyond this.
constexpr std::size_t kChunksKept = 2000;

}  // namespace

bool Recorder::is_poison(ErrorCode code) {
  return code == ErrorCode::kInvalidArgument || code == ErrorCode::kInternal ||
         code == ErrorCode::kLimitExceeded || code == ErrorCode::kNotFound;
}

Recorder::Recorder(Core& core, Signals signals)
    : core_(core),
      signals_(std::move(signals)),
      batch_max_(std::max<std::size_t>(core.options.record_batch, 1)),
      service_(core.clock, [this] { return run_once(); }) {}

void Recorder::submit_result(store::RunResult result, std::shared_ptr<RunContext> context) {
  std::size_t waiting = 0;
  {
    const std::lock_guard lock(mutex_);
    finished_.push_back({std::move(result), std::move(context)});
    waiting = finished_.size();
  }
  if (waiting >= core_.options.record_batch) {
    service_.wake();
  } else if (waiting == 1) {
    service_.wake_by(base::later(core_.clock.steady_now(), core_.options.record_delay));
  }
}

void Recorder::submit_start(store::StartMark mark) {
  {
    const std::lock_guard lock(mutex_);
    starts_.push_back(mark);
  }
  service_.wake();
}

void Recorder::note_output(const std::shared_ptr<RunContext>& context) {
  const SteadyTime now = core_.clock.steady_now();
  {
    const std::lock_guard lock(mutex_);
    if (!printing_.emplace(context->run().id.value, context).second) return;
    oldest_output_ = std::min(oldest_output_, now);
  }
  service_.wake_by(now + kOutputDelay);
}

std::size_t Recorder::pending() const {
  const std::lock_guard lock(mutex_);
  return finished_.size();
}

SteadyTime Recorder::run_once() {
  const bool written = mark_starts() && mark_long_runs() && write_output() && write_results();
  return next_time(written);
}

SteadyTime Recorder::next_time(bool all_written) {
  const SteadyTime now = core_.clock.steady_now();
  if (!all_written) {
    backoff_ = std::clamp(backoff_ * 2, kBackoffFirst, kBackoffMax);
    return now + backoff_;
  }
  backoff_ = Duration{0};
  SteadyTime next = base::Service::kNever;
  if (const auto oldest = core_.held.oldest_unmarked()) next = *oldest + kMarkAfter;
  const std::lock_guard lock(mutex_);
  if (!printing_.empty()) next = std::min(next, base::later(oldest_output_, kOutputDelay));
  if (!finished_.empty()) {
    const bool full = finished_.size() >= core_.options.record_batch;
    next = std::min(next, full ? now : base::later(now, core_.options.record_delay));
  }
  return next;
}

void Recorder::collect_output() {
  const SteadyTime now = core_.clock.steady_now();
  const std::lock_guard lock(mutex_);
  const auto take = [&](RunContext& context) {
    for (OutputChunk& chunk : context.output().take()) chunks_.push_back(std::move(chunk));
  };
  for (const Finished& finished : finished_) {
    if (!finished.context) continue;
    take(*finished.context);
    printing_.erase(finished.context->run().id.value);
  }
  if (now < base::later(oldest_output_, kOutputDelay) && !printing_.empty()) return;
  for (const auto& [id, context] : printing_) take(*context);
  printing_.clear();
  oldest_output_ = SteadyTime::max();
}

bool Recorder::write_output() {
  collect_output();
  if (chunks_.empty()) return true;
  const auto written = core_.store.append_output(chunks_);
  if (!written) {
    core_.complain("output could not be stored", written.error());
    if (chunks_.size() > kChunksKept || is_poison(written.error().code)) chunks_.clear();
    return false;
  }
  const Instant now = core_.time.now();
  RunId last;
  for (const OutputChunk& chunk : chunks_) {
    if (chunk.run_id == last) continue;
    last = chunk.run_id;
    const auto context = core_.held.context_of(last);
    if (context) core_.events.publish(Event::Kind::kOutput, context->task().id, last, now);
  }
  chunks_.clear();
  return true;
}

}  // namespace rota::engine
