// Looks at each slot's local date and jumps over a run of closed dates at once.
#include "schedule/left_out.h"
#include "schedule/working_days_trigger.h"

namespace rota::schedule {
namespace {

class SkipClosed final : public SlotSource {
 public:
  SkipClosed(std::unique_ptr<SlotSource> inner, const Zone& zone,
             std::shared_ptr<const WorkingCalendar> calendar)
      : inner_(std::move(inner)),
        zone_(zone),
        calendar_(std::move(calendar)),
        dates_(*calendar_, zone),
        slot_cost_(inner_->weight() + 10) {}

  Micros next(Micros after, Micros limit) const override {
    SearchBudget budget;
    while (budget.spend(slot_cost_)) {
      const Micros slot = inner_->next(after, limit);
      if (slot == kNever) return kNever;
      const Day day = day_of(zone_.to_local(slot));
      if (dates_.is_working(day)) return slot;
      const auto open = dates_.after(day, budget);
      if (!open) return kNever;
      after = std::max(slot, zone_.first_instant(start_of(*open)) - 1);
    }
    return kNever;
  }

  int weight() const override { return SearchBudget::kWhole; }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    // Clock changes of the dates left out decided nothing.
    const Day day = day_of(zone_.to_local(slot));
    inner_->explain(std::max(after, zone_.first_instant(start_of(day - 1)) - 1), slot, notes);
  }

  void left_out(Micros after, Micros limit, std::size_t most,
                std::vector<SkippedSlots>& out) const override {
    find_left_out(*inner_, zone_, dates_, after, limit, most, out);
  }

  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    inner_->pitfalls(from, hints);
    never_open_pitfall(*this, *inner_, from, hints);
  }

  std::string describe(std::string_view zone) const override {
    return inner_->describe(zone) + ", on working days only";
  }

 private:
  std::unique_ptr<SlotSource> inner_;
  const Zone& zone_;
  std::shared_ptr<const WorkingCalendar> calendar_;
  WorkingDates dates_;
  int slot_cost_;
};

}  // namespace

std::unique_ptr<SlotSource> make_skip_closed(std::unique_ptr<SlotSource> inner, const Zone& zone,
                                             std::shared_ptr<const WorkingCalendar> calendar) {
  return std::make_unique<SkipClosed>(std::move(inner), zone, std::move(calendar));
}

}  // namespace rota::schedule
