// Notices what a clock that was set forward and back has left behind: cursors that stand later than
// their schedules say. The slots up to there are decided and are not run again, so that nothing
// runs until the clock has come there once more; an operator must know that.
#pragma once

#include "engine/core.h"

namespace rota::engine {

/// Tasks looked at in one check, those due soonest.
inline constexpr std::size_t kClockCheckTasksMax = 5000;

struct CursorCheck {
  std::optional<ClockSetBack> set_back;
  /// Tasks that count from their finish: their one slot is not decided, and may come sooner.
  std::vector<store::PlanUpdate> sooner;
};

/// `ahead`: how far slots are decided before they come.
Result<CursorCheck> check_cursors(store::Store& store, ScheduleCache& schedules,
                                  const std::function<Instant()>& now, Duration ahead);

/// The duty: runs after the clock was set back, and at a start that finds the database ahead of it.
class ClockCheck {
 public:
  explicit ClockCheck(Core& core) : core_(core) {}
  SteadyTime run_once();

 private:
  Core& core_;
  bool known_ = false;
};

}  // namespace rota::engine
