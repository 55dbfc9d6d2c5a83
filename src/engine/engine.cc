// Wiring and stepping; starting and draining are in lifecycle.cc.
#include "engine/engine.h"

#include <algorithm>

namespace rota::engine {

Engine::Engine(const Ports& ports, const EngineOptions& options, store::NodeInfo node,
               const base::Logger& logger)
    : core_(ports.store, ports.handlers, ports.clock, options, logger, ports.secrets),
      deadlines_(ports.clock),
      recorder_(core_, recorder_signals()),
      executor_(core_, recorder_, deadlines_),
      firing_(core_, executor_),
      planning_(core_, executor_, wake_firing()),
      lease_keeper_(core_, std::move(node), lease_signals()),
      lease_service_(ports.clock, [this] { return lease_keeper_.run_once(); }),
      rescuer_(core_, [this] { planning_.service().wake(); }),
      janitor_(core_),
      boot_runs_(core_, wake_firing()),
      clock_check_(core_),
      rescue_service_(ports.clock, [this] { return rescuer_.run_once(); }),
      janitor_service_(ports.clock, [this] { return janitor_.run_once(); }),
      boot_service_(ports.clock, [this] { return boot_runs_.run_once(); }),
      clock_service_(ports.clock, [this] { return clock_check_.run_once(); }),
      upkeep_service_(ports.clock, [this] { return keep_up(); }) {}

Recorder::Signals Engine::recorder_signals() {
  return {.may_start = [this](RunId id) { executor_.start_marked(id); },
          .on_queued = [this](Instant at) { planning_.note_due(at); },
          .on_next_slot = [this](Instant at) { planning_.note_due(at); }};
}

LeaseKeeper::Signals Engine::lease_signals() {
  const auto on_lost = [this] {
    for (const auto& context : core_.held.drop_all()) {
      context->request_stop(StopReason::kLeaseLost, "this node lost its lease");
    }
  };
  const auto on_changed = [this] {
    firing_.service().wake();
    planning_.service().wake();
  };
  const auto on_clock_doubted = [this] {
    clock_service_.wake();
    upkeep_service_.wake();
  };
  return {.on_lost = on_lost, .on_changed = on_changed, .on_clock_doubted = on_clock_doubted};
}

std::function<void()> Engine::wake_firing() {
  return [this] { firing_.service().wake(); };
}

SteadyTime Engine::keep_up() {
  return std::min({rescue_service_.run_if_due(), janitor_service_.run_if_due(),
                   boot_service_.run_if_due(), clock_service_.run_if_due()});
}

SteadyTime Engine::step() {
  if (core_.time.wall_clock_jumped()) lease_service_.wake();
  base::Service* const duties[] = {
      &lease_service_,       &upkeep_service_,     &planning_.service(),   &firing_.service(),
      &deadlines_.service(), &recorder_.service(), &core_.events.service()};
  for (;;) {
    SteadyTime next = base::Service::kNever;
    for (base::Service* duty : duties) next = std::min(next, duty->run_if_due());
    const std::size_t began = executor_.work_inline();
    if (began == 0 && next > core_.clock.steady_now()) return next;
  }
}

Result<Schedule> Engine::schedule_of(const Task& task) {
  if (const auto asked = core_.calendars.refresh(); !asked) return fail(asked.error());
  return make_schedule(task, core_.calendars);
}

Result<std::optional<ClockSetBack>> Engine::check_clock() {
  if (const auto asked = core_.calendars.refresh(); !asked) return fail(asked.error());
  const auto found = check_cursors(
      core_.store, core_.schedules, [this] { return core_.clock.now(); }, core_.options.look_ahead);
  if (!found) return fail(found.error());
  return found->set_back;
}

EngineStatus Engine::status() const {
  EngineStatus status;
  status.running = started_;
  status.draining = core_.draining;
  status.node_id = core_.session.node();
  const HeldCounts counts = core_.held.counts();
  status.waiting = counts.waiting;
  status.ready = counts.ready;
  status.executing = counts.executing;
  status.started = core_.counters.started;
  status.succeeded = core_.counters.succeeded;
  status.failed = core_.counters.failed;
  status.skipped = core_.counters.skipped;
  status.stale_results = core_.counters.stale_results;
  const auto late = core_.counters.percentiles();
  status.lateness_p50 = late.p50;
  status.lateness_p99 = late.p99;
  status.lateness_max = late.max;
  status.left_out_overlap = core_.counters.left_out_overlap;
  status.left_out_backlog = core_.counters.left_out_backlog;
  status.clock_set_back = core_.clock_set_back();
  return status;
}

}  // namespace rota::engine
