#include "preview/task_change.h"

#include "calendar/build.h"
#include "preview/tried_schedule.h"

namespace rota::preview {
namespace {

/// One of the two sides with what it points to.
struct OwnedSide {
  std::shared_ptr<const calendar::EffectiveCalendar> calendar;
  std::optional<Schedule> schedule;

  Side side() const { return {schedule ? &*schedule : nullptr, calendar.get()}; }
};

Result<OwnedSide> side_of(store::Store& store, const Task& task) {
  const auto chain = store.load_calendar_chain(task.calendar_id);
  if (!chain) return fail(chain.error());
  OwnedSide owned{calendar::build(*chain), std::nullopt};
  if (task.active) owned.schedule = tried_schedule(task, owned.calendar);
  return owned;
}

}  // namespace

Result<CalendarPreview> preview_task_change(store::Store& store, const std::optional<Task>& before,
                                            const Task& after, Instant now,
                                            const DifferenceLimits& limits) {
  OwnedSide old_side;
  if (before) {
    auto owned = side_of(store, *before);
    if (!owned) return fail(owned.error());
    old_side = std::move(*owned);
  }
  const auto new_side = side_of(store, after);
  if (!new_side) return fail(new_side.error());
  CalendarPreview found;
  found.from = now;
  found.until = now + limits.window;
  found.looked_at = 1;
  ScheduleDifference difference = compare(old_side.side(), new_side->side(), now, limits);
  if (difference.until < found.until) found.shortened = 1;
  found.appear = difference.appear;
  found.vanish = difference.vanish;
  found.move = difference.move;
  if (found.appear + found.vanish + found.move > 0) {
    found.changed = 1;
    found.tasks.push_back({after.id, after.name, after.timezone, std::move(difference)});
  }
  return found;
}

}  // namespace rota::preview
