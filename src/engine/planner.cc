#include "engine/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/catch_up.h"

namespace rota::engine {
namespace {

using store::PlannedSlot;

/// Slots that do not run, with why. Writes them out one by one, or as one row when they are many.
class Skips {
 public:
  explicit Skips(std::vector<PlannedSlot>& out) : out_(out) {}
  void add(Instant at, std::string reason) {
    last_ = at;
    if (++count_ > kSkipRowsMax) {
      if (count_ == kSkipRowsMax + 1) out_.resize(start_ + 1);
      return;
    }
    if (count_ == 1) start_ = out_.size();
    out_.push_back({at, RunCause::kSchedule, true, std::move(reason)});
  }
  /// Call when a range is complete: its row then states what it stands for.
  void finish() {
    if (count_ > kSkipRowsMax) {
      PlannedSlot& row = out_[start_];
      row.reason = fmt::format("{} slots from {} to {}: {}", count_, format_utc(row.at),
                               format_utc(last_), row.reason);
    }
    count_ = 0;
  }

 private:
  std::vector<PlannedSlot>& out_;
  std::size_t start_ = 0;
  std::size_t count_ = 0;
  Instant last_{};
};

class Planning {
 public:
  Planning(const PlanInput& in, const NextSlot& next) : in_(in), next_(next), at_(in.cursor) {}

  SlotPlan run() {
    paused();
    missed();
    fresh();
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
    Skips skips(plan_.slots);
    while (more() && model::is_paused_at(in_.task, *at_)) {
      if (*at_ > in_.now) {
        full_ = true;
      } else {
        skips.add(*at_, model::paused_because(in_.task));
        step();
      }
    }
    skips.finish();
  }

  void missed() {
    Skips skips(plan_.slots);
    while (more() && model::is_missed(*at_, in_.now, in_.grace)) {
      const std::optional<Instant> following = next_(*at_);
      const auto later_due = following && *following <= in_.now ? following : std::nullopt;
      auto why = model::missed_because(in_.task, *at_, in_.now, later_due);
      if (why) {
        skips.add(*at_, *why + model::outage_note(in_.outage, *at_));
      } else {
        skips.finish();
        if (!take(*at_, RunCause::kCatchUp)) break;
      }
      ++examined_;
      at_ = following;
    }
    skips.finish();
  }

  void fresh() {
    while (more()) {
      if (!take(*at_, RunCause::kSchedule)) return;
      step();
    }
  }

  bool take(Instant slot, RunCause cause) {
    full_ = runs_ >= in_.runs_max;
    if (full_) return false;
    ++runs_;
    std::string reason;
    if (cause == RunCause::kCatchUp) {
      reason = fmt::format("caught up {} late{}", format_duration(in_.now - slot),
                           model::outage_note(in_.outage, slot));
    }
    plan_.slots.push_back({slot, cause, false, std::move(reason)});
    return true;
  }

  const PlanInput& in_;
  const NextSlot& next_;
  std::optional<Instant> at_;
  std::size_t examined_ = 0;
  std::size_t runs_ = 0;
  bool full_ = false;
  SlotPlan plan_;
};

/// There is only ever one slot: the one that follows the last finish. Once it runs, the result
/// tells the next; when it does not run, the period counts from now.
SlotPlan plan_after_finish(const PlanInput& in, const NextSlot& next) {
  const Instant slot = in.cursor;
  if (slot > in.horizon || (model::is_paused_at(in.task, slot) && slot > in.now)) {
    return {{}, slot};
  }
  std::optional<std::string> why;
  RunCause cause = RunCause::kSchedule;
  if (model::is_paused_at(in.task, slot)) {
    why = model::paused_because(in.task);
  } else if (model::is_missed(slot, in.now, in.grace)) {
    why = model::missed_because(in.task, slot, in.now, std::nullopt);
    if (why) *why += model::outage_note(in.outage, slot);
    cause = RunCause::kCatchUp;
  }
  if (why) return {{{slot, RunCause::kSchedule, true, *why}}, next(std::max(slot, in.now))};
  if (in.runs_max == 0) return {{}, slot};
  return {{{slot, cause, false, {}}}, std::nullopt};
}

}  // namespace

SlotPlan plan_slots(const PlanInput& in, const NextSlot& next) {
  return in.counts_from_finish ? plan_after_finish(in, next) : Planning(in, next).run();
}

}  // namespace rota::engine
