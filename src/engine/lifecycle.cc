// How an engine begins and ends.
#include <algorithm>

#include "base/time_math.h"
#include "engine/engine.h"

namespace rota::engine {
namespace {

/// After its grace, running work is asked to stop and gets this long to do so.
constexpr Duration kStopGrace = std::chrono::seconds{5};
/// How long a drain tries to reach a database that does not answer.
constexpr Duration kFlushMax = std::chrono::seconds{10};

}  // namespace

Result<void> Engine::open() {
  if (auto opened = lease_keeper_.open(); !opened) return opened;
  if (auto ready = planning_.start(); !ready) {
    lease_keeper_.close();
    return ready;
  }
  lease_service_.wake_by(base::later(core_.clock.steady_now(), core_.options.heartbeat));
  rescuer_.run_once();
  return {};
}

Result<void> Engine::start() {
  if (started_) return fail(ErrorCode::kInvalidArgument, "the scheduler is already running");
  if (drained_) return fail(ErrorCode::kInvalidArgument, "the scheduler was already stopped");
  if (auto opened = open(); !opened) return opened;
  started_ = true;
  start_threads();
  core_.store.watch([this] { planning_.note_change(); });
  core_.logger.info(kLogChannel, "started", {{"node", core_.session.node().value}});
  return {};
}

bool Engine::cancel(RunId id, const std::string& why) {
  if (const auto pair = core_.held.cancel(id)) {
    executor_.finish_refused(*pair, RunStatus::kCancelled, {SkipKind::kCancelled, why});
    return true;
  }
  const auto context = core_.held.context_of(id);
  if (!context) return false;
  context->request_stop(StopReason::kCancelled, why);
  return true;
}

void Engine::start_threads() {
  lease_service_.start("rota-lease");
  recorder_.service().start("rota-record");
  deadlines_.service().start("rota-deadline");
  core_.events.service().start("rota-events");
  const std::size_t count = std::clamp<std::size_t>(core_.options.workers, 1, 1024);
  workers_.emplace_back(
      [this](const std::stop_token& stop) { executor_.work(WorkKind::kAsync, stop); });
  for (std::size_t i = 0; i < count; ++i) {
    workers_.emplace_back(
        [this](const std::stop_token& stop) { executor_.work(WorkKind::kBlocking, stop); });
  }
  firing_.service().start("rota-fire");
  planning_.service().start("rota-plan");
  upkeep_service_.start("rota-upkeep");
  if (dynamic_cast<const SystemClock*>(&core_.clock) != nullptr) {
    clock_watch_ = std::make_unique<ClockWatch>([this] { lease_service_.wake(); });
  }
}

void Engine::drain() {
  if (!started_ || std::exchange(drained_, true)) return;
  core_.draining = true;
  core_.logger.info(kLogChannel, "stopping: no new work is claimed",
                    {{"executing", static_cast<std::int64_t>(executor_.executing())}});
  core_.store.watch(nullptr);
  clock_watch_.reset();
  planning_.service().stop();
  upkeep_service_.stop();
  firing_.service().stop();
  if (const auto told = core_.store.set_draining(core_.session.node()); !told) {
    core_.complain("the node could not be marked as draining", told.error());
  }
  lease_keeper_.renew_once();
  give_back();
  finish_running();
  recorder_.service().stop();
  flush_results();
  lease_service_.stop();
  lease_keeper_.renew_once();
  lease_keeper_.close();
  stop_threads();
  started_ = false;
  core_.logger.info(kLogChannel, "stopped");
}

void Engine::give_back() {
  const auto unstarted = core_.held.take_unstarted();
  if (unstarted.empty()) return;
  const auto released = core_.store.release(core_.session.node(), unstarted);
  if (!released) {
    core_.complain("claimed runs could not be given back; the next server will take them",
                   released.error());
  }
}

void Engine::finish_running() {
  const SteadyTime now = core_.clock.steady_now();
  if (executor_.wait_idle(base::later(now, core_.options.drain_grace))) return;
  core_.logger.warning(kLogChannel, "the grace is over: running work is asked to stop");
  executor_.stop_all(StopReason::kDrain, "the server was stopped");
  if (!executor_.wait_idle(core_.clock.steady_now() + kStopGrace)) {
    core_.logger.error(kLogChannel, "some handlers did not stop when asked",
                       {{"executing", static_cast<std::int64_t>(executor_.executing())}});
  }
}

void Engine::flush_results() {
  const SteadyTime until = core_.clock.steady_now() + kFlushMax;
  while (recorder_.pending() > 0 && core_.clock.steady_now() < until) {
    const SteadyTime next = recorder_.run_once();
    const Duration pause = std::min(next, until) - core_.clock.steady_now();
    if (recorder_.pending() > 0 && pause > Duration::zero()) std::this_thread::sleep_for(pause);
  }
}

void Engine::stop_threads() {
  deadlines_.service().stop();
  for (std::jthread& worker : workers_) worker.request_stop();
  core_.events.service().stop();
}

Engine::~Engine() {
  drain();
  // A handler that did not stop still uses this engine: wait for it, however long it takes.
  while (!workers_.empty() &&
         !executor_.wait_idle(core_.clock.steady_now() + std::chrono::seconds{5})) {
    core_.logger.warning(kLogChannel, "waiting for handlers that do not stop");
  }
  workers_.clear();
}

}  // namespace rota::engine
