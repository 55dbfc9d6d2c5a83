#include "engine/boot_runs.h"

#include "model/catch_up.h"

namespace rota::engine {

SteadyTime BootRuns::run_once() {
  if (!started_at_) started_at_ = core_.time.now();
  while (!done_) {
    const auto page = claim_page();
    if (!page) {
      core_.complain("the tasks for the start could not be claimed; trying again", page.error());
      return core_.clock.steady_now() + std::chrono::seconds{1};
    }
    done_ = !*page;
  }
  return base::Service::kNever;
}

/// The latest cursors come first, and theirs is the latest there is.
Result<bool> BootRuns::claim_page() {
  TaskQuery query;
  query.active = true;
  query.order = TaskOrder::kNextScheduled;
  query.descending = true;
  query.limit = 500;
  query.cursor = cursor_;
  const auto page = core_.store.list_tasks(query);
  if (!page) return fail(page.error());
  std::vector<store::SlotClaim> claims;
  std::vector<Task> tasks;
  bool all = !page->rows.empty();
  for (const TaskView& view : page->rows) {
    all = view.execution.next_scheduled_at == kForever;
    if (!all) break;
    store::PlannedSlot slot{*started_at_, RunCause::kSchedule, false, "the server started"};
    if (model::is_paused_at(view.task, *started_at_)) {
      slot.skip = true;
      slot.reason = model::paused_because(view.task);
    }
    claims.push_back({view.task.id,
                      view.task.version,
                      kForever,
                      kForever,
                      view.task.priority,
                      {std::move(slot)}});
    tasks.push_back(view.task);
  }
  if (!claims.empty()) {
    const HeldRuns::ClaimInFlight in_flight(core_.held);
    const auto claimed = core_.store.claim_slots(core_.session.node(), claims);
    if (!claimed) return fail(claimed.error());
    if (core_.held.add(*claimed, tasks) > 0) on_claimed_();
  }
  cursor_ = page->next_cursor;
  return all && !cursor_.empty();
}

}  // namespace rota::engine
