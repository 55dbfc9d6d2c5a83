#include "engine/upkeep.h"

#include "base/time_math.h"
#include "model/settings.h"

namespace rota::engine {
namespace {

/// After its lease an expired node gets this long before it is declared dead.
constexpr Duration kRescueGrace = std::chrono::seconds{1};
/// A run that was lost this often is not run again: it may be what kills the nodes.
constexpr int kLostMax = 3;
constexpr Duration kRetentionEvery = std::chrono::minutes{5};
constexpr Duration kRetentionFirst = std::chrono::minutes{1};
constexpr std::size_t kRetentionBatch = 5000;

}  // namespace

SteadyTime Rescuer::run_once() {
  const SteadyTime next = base::later(core_.clock.steady_now(), core_.options.lease);
  if (core_.draining || !core_.session.may_start()) return next;
  const auto report = core_.store.rescue(core_.session.node(), kRescueGrace, kLostMax);
  if (!report) {
    core_.complain("dead nodes could not be looked for", report.error());
    return next;
  }
  if (report->given_back + report->lost > 0) {
    core_.logger.warning(kLogChannel, "runs of a dead node were rescued",
                         {{"given_back", static_cast<std::int64_t>(report->given_back)},
                          {"lost", static_cast<std::int64_t>(report->lost)},
                          {"run_again", static_cast<std::int64_t>(report->rerun)}});
    on_rescued_();
  }
  if (report->lost > report->rerun) restart_chains();
  return next;
}

/// A task that counts from its last finish would stand still for ever after a run that was lost
/// and is not run again: its period counts from now.
void Rescuer::restart_chains() {
  RunQuery query;
  query.statuses = {RunStatus::kLost};
  query.limit = 1000;
  const auto lost = core_.store.list_runs(query);
  if (!lost) return;
  std::vector<store::PlanUpdate> plans;
  for (const Run& run : lost->rows) {
    const auto view = core_.store.load_task(run.task_id);
    if (!view || !view->task.active || view->execution.next_scheduled_at) continue;
    const auto schedule = core_.schedules.find(view->task);
    if (!schedule || !schedule->counts_from_finish()) continue;
    plans.push_back({run.task_id, view->task.version, schedule->next(core_.time.now()), {}});
  }
  if (plans.empty()) return;
  const auto saved = core_.store.save_plans(plans);
  if (!saved) core_.complain("tasks of lost runs could not be planned", saved.error());
}

/// What is set in the database counts, at once; else what the server was started with.
store::Retention Janitor::retention_now() {
  const auto set = [&](const model::NumberSetting& setting) -> std::optional<std::int64_t> {
    const auto text = core_.store.load_setting(setting.name);
    if (!text || !*text) return std::nullopt;
    return model::read_setting(setting, **text);
  };
  const auto days = set(model::kKeepRunsDays);
  const Duration age = days ? std::chrono::hours{24 * *days} : core_.options.keep_runs_for;
  const auto decision_days = set(model::kKeepDecisionsDays);
  const Duration decisions =
      decision_days ? std::chrono::hours{24 * *decision_days} : core_.options.keep_decisions_for;
  const auto megabytes = set(model::kKeepMegabytes);
  const Instant now = core_.time.now();
  return {.finished_before = base::earlier(now, age),
          .decided_before = base::earlier(now, std::max(age, decisions)),
          .limit = kRetentionBatch,
          .keep_max = set(model::kKeepRunsMax).value_or(0),
          .bytes_max = megabytes ? *megabytes << 20 : core_.options.keep_bytes};
}

SteadyTime Janitor::run_once() {
  const SteadyTime now = core_.clock.steady_now();
  if (std::exchange(first_, false)) return now + kRetentionFirst;
  const store::Retention retention = retention_now();
  const auto removed = core_.store.prune(retention);
  if (!removed) {
    core_.complain("old runs could not be removed", removed.error());
    return now + kRetentionEvery;
  }
  return now + (*removed >= kRetentionBatch ? std::chrono::seconds{1} : kRetentionEvery);
}

}  // namespace rota::engine
