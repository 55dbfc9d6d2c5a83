// What a backfill comes to: the slots of a stretch of time beside the runs that there are.
#pragma once

#include <vector>

#include "rota/backfill.h"
#include "rota/schedule.h"
#include "store/store.h"

namespace rota::embed {

/// Every slot of the stretch up to `now`, oldest first, with what stands there and whether it is to
/// be run. Errors: kInvalidArgument for a stretch that ends before it begins or a schedule that has
/// no slots of its own (after finish, @reboot); kLimitExceeded beyond kBackfillMax; the store's.
Result<std::vector<BackfillSlot>> plan_backfill(const Backfill& wanted, const Schedule& schedule,
                                                store::Store& store, Instant now);

/// The slots that a pause took away within the task's catch-up window, oldest first; `runs` is set
/// where the task's catch-up policy would make up for them.
Result<std::vector<BackfillSlot>> plan_catch_up(const Task& task, store::Store& store, Instant now);

/// The runs to queue for a plan, oldest slot first, each `pace` after the other.
std::vector<store::NewRun> backfill_runs(const Backfill& wanted,
                                         const std::vector<BackfillSlot>& plan, std::string_view by,
                                         Instant now);

}  // namespace rota::embed
