// Both schedules are walked at once, like two sorted lists; what only one of them has is a change.
// Then changes that belong together are joined to moves, nearest first.
#include "preview/schedule_difference.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schedule/holiday_list.h"

namespace rota::preview {
namespace {

constexpr Duration kMoveMost = std::chrono::hours{24 * 14};
constexpr std::size_t kJoinedMax = 2'000;  // changes that are looked at to be joined

/// A slot that only one side has.
struct Lonely {
  Instant at;
  std::string local;  // "2026-12-24 09:30:00"
  Instant nominal{};  // what the text names, before any move
  bool joined = false;
};

std::optional<ExplainedSlot> explain_one(const Schedule* schedule, Instant at) {
  if (schedule == nullptr) return std::nullopt;
  auto slots = schedule->explain(at - Duration{1}, 1);
  if (slots.empty() || slots.front().at != at) return std::nullopt;
  return std::move(slots.front());
}

class Comparison {
 public:
  Comparison(const Side& before, const Side& after, Instant from, const DifferenceLimits& limits)
      : before_(before), after_(after), limits_(limits) {
    found_.until = from + limits.window;
    walk(from);
  }

  ScheduleDifference finish() {
    join();
    for (const Lonely& slot : vanished_) {
      if (!slot.joined) add({SlotChangeKind::kVanishes, slot.at, std::nullopt, {}});
    }
    for (const Lonely& slot : appeared_) {
      if (!slot.joined) add({SlotChangeKind::kAppears, std::nullopt, slot.at, {}});
    }
    std::ranges::sort(found_.changes, {}, &SlotChange::at);
    if (found_.changes.size() > limits_.changes_max) found_.changes.resize(limits_.changes_max);
    for (SlotChange& change : found_.changes) change.why = why(change);
    return std::move(found_);
  }

 private:
  std::optional<Instant> next(const Side& side, Instant after) const {
    if (side.schedule == nullptr) return std::nullopt;
    const auto slot = side.schedule->next(after);
    return slot && *slot <= found_.until ? slot : std::nullopt;
  }

  void walk(Instant from) {
    auto left = next(before_, from);
    auto right = next(after_, from);
    while (left || right) {
      const Instant at = !right || (left && *left <= *right) ? *left : *right;
      if (++found_.slots_read > limits_.slots_max) {
        found_.until = at - Duration{1};
        break;
      }
      const bool in_both = left == right;
      if (!in_both) note(left == at ? vanished_ : appeared_, left == at ? before_ : after_, at);
      if (left == at) left = next(before_, at);
      if (right == at) right = next(after_, at);
    }
  }

  static void note(std::vector<Lonely>& slots, const Side& side, Instant at) {
    Lonely slot{at, {}, at, false};
    if (slots.size() < kJoinedMax) {
      if (const auto explained = explain_one(side.schedule, at)) {
        slot.local = explained->local;
        slot.nominal = explained->nominal;
      }
    }
    slots.push_back(std::move(slot));
  }

  // How surely one slot is the other one, moved: 3 the same nominal moment, 2 the same local date,
  // 1 the same time of day, 0 not at all.
  static int kinship(const Lonely& from, const Lonely& to) {
    constexpr std::size_t kDate = 10;
    if (to.local.size() < kDate) return 0;
    if (from.nominal == to.nominal) return 3;
    if (from.local.substr(0, kDate) == to.local.substr(0, kDate)) return 2;
    return from.local.substr(kDate) == to.local.substr(kDate) ? 1 : 0;
  }

  void join() {
    auto first = appeared_.begin();
    for (Lonely& from : vanished_) {
      if (from.local.empty()) break;  // behind kJoinedMax
      while (first != appeared_.end() && first->at < from.at - kMoveMost) ++first;
      Lonely* best = nullptr;
      std::pair<int, Duration> nearest{1, -kMoveMost - Duration{1}};
      for (auto to = first; to != appeared_.end() && to->at <= from.at + kMoveMost; ++to) {
        if (to->joined) continue;
        const std::pair<int, Duration> near{kinship(from, *to),
                                            -std::chrono::abs(to->at - from.at)};
        if (near <= nearest) continue;
        nearest = near;
        best = &*to;
      }
      if (best == nullptr) continue;
      from.joined = best->joined = true;
      add({SlotChangeKind::kMoves, from.at, best->at, {}});
    }
  }

  void add(SlotChange change) {
    ++(change.kind == SlotChangeKind::kMoves     ? found_.move
       : change.kind == SlotChangeKind::kAppears ? found_.appear
                                                 : found_.vanish);
    found_.changes.push_back(std::move(change));
  }

  // A slot that vanishes or moves away: why its date is closed now. One that appears: why it was.
  std::string why(const SlotChange& change) const {
    const bool was_there = change.from.has_value();
    const auto explained = explain_one(was_there ? before_.schedule : after_.schedule, change.at());
    if (!explained) return {};
    const auto date = schedule::parse_local_date(explained->local.substr(0, 10));
    if (!date) return {};
    const auto closed = [&](const Side& side) {
      return side.calendar == nullptr ? std::string{} : side.calendar->closed_because(*date);
    };
    const std::string now = was_there ? closed(after_) : std::string{};
    if (!now.empty()) return now;
    const std::string until_now = closed(before_);
    return until_now.empty() ? until_now : "no longer closed: " + until_now;
  }

  const Side& before_;
  const Side& after_;
  const DifferenceLimits& limits_;
  ScheduleDifference found_;
  std::vector<Lonely> vanished_;
  std::vector<Lonely> appeared_;
};

}  // namespace

std::string_view name_of(SlotChangeKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"appears", "vanishes", "moves"};
  return kNames[static_cast<std::size_t>(kind)];
}

ScheduleDifference compare(const Side& before, const Side& after, Instant from,
                           const DifferenceLimits& limits) {
  return Comparison(before, after, from, limits).finish();
}

}  // namespace rota::preview
