// Which tasks' runs take longer than their slots lie apart.
#include <algorithm>

#include "base/time_math.h"
#include "embed/scheduler.h"
#include "model/overrun.h"

namespace rota::embed {
namespace {

/// Slots left out longer ago than this are not looked at.
constexpr Duration kLookBack = std::chrono::hours{24 * 90};
constexpr int kSlotsCompared = 10;

/// The shortest time between the next slots; none: there are fewer than two.
std::optional<Duration> period_of(const Schedule& schedule, Instant now) {
  if (schedule.counts_from_finish() || schedule.runs_at_start()) return std::nullopt;
  std::optional<Duration> shortest;
  auto at = schedule.next(now);
  for (int i = 0; at && i < kSlotsCompared; ++i) {
    const auto following = schedule.next(*at);
    if (!following) break;
    shortest = std::min(shortest.value_or(*following - *at), *following - *at);
    at = following;
  }
  return shortest;
}

}  // namespace

Result<std::vector<Overrun>> SchedulerImpl::list_overruns(std::optional<TaskId> task) const {
  const Instant now = clock_.now();
  const auto left_out = store_->list_left_out(base::earlier(now, kLookBack), task);
  if (!left_out) return fail(left_out.error());
  std::vector<Overrun> overruns;
  for (const store::LeftOut& one : *left_out) {
    const auto view = store_->load_task(one.task_id);
    if (!view && view.error().code != ErrorCode::kNotFound) return fail(view.error());
    if (!view || !view->task.active) continue;
    model::OverrunSigns signs{one.slots, one.last_slot, std::nullopt, std::nullopt};
    const auto& took = view->execution.execution_time_ms;
    if (took) signs.took = std::chrono::milliseconds{*took};
    if (const auto schedule = schedule_of(view->task)) signs.period = period_of(*schedule, now);
    auto advice = model::overrun_advice(signs, now);
    if (!advice) continue;
    overruns.push_back({one.task_id, view->task.name, one.slots, one.last_slot, signs.took,
                        signs.period, std::move(*advice)});
  }
  return overruns;
}

}  // namespace rota::embed
