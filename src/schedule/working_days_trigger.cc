// Chooses the form, and says what both have in common.
#include "schedule/working_days_trigger.h"

namespace rota::schedule {

std::unique_ptr<SlotSource> make_working_days_trigger(
    std::unique_ptr<SlotSource> inner, const WorkingDayRule& rule, const Zone& zone,
    std::shared_ptr<const WorkingCalendar> calendar) {
  if (rule.on_closed == NonWorkingDay::kSkip && rule.offset == 0) {
    return make_skip_closed(std::move(inner), zone, std::move(calendar));
  }
  return make_move_days(std::move(inner), rule, zone, std::move(calendar));
}

void never_open_pitfall(const SlotSource& decorated, const SlotSource& inner, Micros from,
                        std::vector<std::string>& hints) {
  if (decorated.next(from, kSearchEnd) != kNever || inner.next(from, kSearchEnd) == kNever) return;
  hints.emplace_back(
      "it never runs: every slot of the coming years falls on a day that its calendar closes");
}

}  // namespace rota::schedule
