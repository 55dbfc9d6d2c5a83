#include "engine/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_math.h"
#include "model/catch_up.h"

namespace rota::engine {
namespace {

using store::PlannedSlot;

/// Slots that do not run, with why. Writes them out one by one, or all but the last as one range
/// when they are many.
class Skips {
 public:
  explicit Skips(SlotPlan& plan) : plan_(plan) {}
  void add(Instant at, model::SkipReason why) {
    std::vector<PlannedSlot>& out = plan_.slots;
    if (count_ > 0 && why.kind != out.back().kind) finish();
    if (count_ == 0) start_ = out.size();
    if (++count_ > kSkipRowsMax) {
      before_last_ = out.back().at;
      out.resize(start_ + 1);
    }
    out.push_back({at, RunCause::kSchedule, true, std::move(why.text), why.kind});
  }
  /// Call when a range is complete.
  void finish() {
    if (count_ > kSkipRowsMax) {
      PlannedSlot& first = plan_.slots[start_];
      plan_.ranges.push_back({first.at, before_last_, static_cast<std::int64_t>(count_) - 1,
                              first.kind, std::move(first.reason)});
      plan_.slots.erase(plan_.slots.begin() + static_cast<std::ptrdiff_t>(start_));
    }
    count_ = 0;
  }

 private:
  SlotPlan& plan_;
  std::size_t start_ = 0;
  std::size_t count_ = 0;
  Instant before_last_{};
};

class Planning {
 public:
  Planning(const PlanInput& in, const NextSlot& next)
      : in_(in), next_(next), at_(in.cursor), places_(in.places), skips_(plan_) {}

  SlotPlan run() {
    paused();
    missed();
    fresh();
    skips_.finish();
    name_later_slots();
    plan_.next = at_;
    return std::move(plan_);
  }

 private:
  bool more() const {
    return at_ && *at_ <= in_.horizon && examined_ < kSlotsExaminedMax && !full_;
  }
  void step() {
    ++examined_;
    at_ = next_(*at_);
  }

  void paused() {
    while (more() && model::is_paused_at(in_.task, *at_)) {
      if (*at_ > in_.now) {
        full_ = true;
      } else {
        skips_.add(*at_, {SkipKind::kPaused, model::paused_because(in_.task)});
        step();
      }
    }
  }

  void missed() {
    while (more() && model::is_missed(*at_, in_.now, in_.grace)) {
      const std::optional<Instant> following = next_(*at_);
      auto why = model::missed_because(in_.task, *at_, in_.now, following && *following <= in_.now);
      if (why) {
        why->text += model::outage_note(in_.outage, *at_);
        skips_.add(*at_, std::move(*why));
      } else if (!take(*at_, RunCause::kCatchUp)) {
        break;
      }
      ++examined_;
      at_ = following;
    }
  }

  void fresh() {
    while (more()) {
      if (!take(*at_, RunCause::kSchedule)) return;
      step();
    }
  }

  /// Decides a slot that is to run, unless no place is left for it; false: not now.
  bool take(Instant slot, RunCause cause) {
    full_ = runs_ >= in_.runs_max;
    if (full_) return false;
    if (places_ && slot <= in_.now && --*places_ < 0) return go_without_place(slot);
    ++runs_;
    std::string reason;
    if (cause == RunCause::kCatchUp) {
      reason = fmt::format("caught up {} late{}", format_duration(base::between(slot, in_.now)),
                           model::outage_note(in_.outage, slot));
    }
    skips_.finish();
    plan_.slots.push_back({slot, cause, false, std::move(reason)});
    return true;
  }

  /// What all is to be caught up of waits; what came while it did so is left out, like any slot
  /// that finds the backlog full.
  bool go_without_place(Instant slot) {
    const bool was_missed = !in_.awaits_since || slot < *in_.awaits_since;
    if (in_.task.catch_up == CatchUp::kAll && was_missed) {
      plan_.awaits_place = true;
      full_ = true;
      return false;
    }
    skips_.add(slot, {SkipKind::kBacklog, "backlog full: earlier slots of this task wait already"});
    return true;
  }

  /// The first slot that is taken after them; where the plan ends before it, they keep their text.
  void name_later_slots() {
    const auto taken =
        std::ranges::find_if(plan_.slots, [](const PlannedSlot& slot) { return !slot.skip; });
    if (taken == plan_.slots.end()) return;
    const std::string text = model::later_slot_text(taken->at);
    for (PlannedSlot& slot : plan_.slots) {
      if (slot.kind != SkipKind::kLaterSlot) continue;
      slot.reason = text + model::outage_note(in_.outage, slot.at);
    }
    for (store::SkippedRange& range : plan_.ranges) {
      if (range.kind != SkipKind::kLaterSlot) continue;
      range.reason = text + model::outage_note(in_.outage, range.first);
    }
  }

  const PlanInput& in_;
  const NextSlot& next_;
  std::optional<Instant> at_;
  std::optional<std::int64_t> places_;
  std::size_t examined_ = 0;
  std::size_t runs_ = 0;
  bool full_ = false;
  SlotPlan plan_;
  Skips skips_;
};

/// There is only ever one slot: the one that follows the last finish. Once it runs, the result
/// tells the next; when it does not run, the period counts from now.
SlotPlan plan_after_finish(const PlanInput& in, const NextSlot& next) {
  const Instant slot = in.cursor;
  SlotPlan plan;
  plan.next = slot;
  const bool paused = model::is_paused_at(in.task, slot);
  if (slot > in.horizon || (paused && slot > in.now)) return plan;
  std::optional<model::SkipReason> why;
  RunCause cause = RunCause::kSchedule;
  if (paused) {
    why = {SkipKind::kPaused, model::paused_because(in.task)};
  } else if (model::is_missed(slot, in.now, in.grace)) {
    why = model::missed_because(in.task, slot, in.now, false);
    if (why) why->text += model::outage_note(in.outage, slot);
    cause = RunCause::kCatchUp;
  }
  if (why) {
    plan.slots.push_back({slot, RunCause::kSchedule, true, std::move(why->text), why->kind});
    plan.next = next(std::max(slot, in.now));
  } else if (in.runs_max > 0) {
    plan.slots.push_back({slot, cause, false, {}});
    plan.next = std::nullopt;
  }
  return plan;
}

}  // namespace

SlotPlan plan_slots(const PlanInput& in, const NextSlot& next) {
  return in.counts_from_finish ? plan_after_finish(in, next) : Planning(in, next).run();
}

}  // namespace rota::engine
