#include "slot_oracle.h"

#include <fmt/format.h>

#include <algorithm>

#include "calendar/build.h"
#include "model/validation.h"
#include "rota/calendar.h"

namespace rota::simulation {
namespace {

constexpr Duration kLookAhead = std::chrono::seconds{2};
constexpr std::size_t kComplaintsMax = 20;

class Complaints {
 public:
  explicit Complaints(TaskId id) : id_(id) {}
  template <class... Args>
  void add(fmt::format_string<Args...> text, Args&&... args) {
    if (all_.size() >= kComplaintsMax) return;
    all_.push_back(fmt::format("task {}: ", id_.value) +
                   fmt::format(text, std::forward<Args>(args)...));
  }
  std::vector<std::string> all() && { return std::move(all_); }

 private:
  TaskId id_;
  std::vector<std::string> all_;
};

bool is_slot(const Run& run) {
  return run.cause == RunCause::kSchedule || run.cause == RunCause::kCatchUp;
}

/// A row that stands for many slots says so: "1234 slots from A to B: why".
std::optional<Instant> folded_until(const Run& run) {
  const auto at = run.reason.find(" slots from ");
  if (at == std::string::npos) return std::nullopt;
  const auto to = run.reason.find(" to ", at);
  const auto end = run.reason.find(": ", to);
  const auto last = parse_instant(run.reason.substr(to + 4, end - to - 4));
  return last ? std::optional(*last) : std::nullopt;
}

}  // namespace

void SlotOracle::begin(const Task& task, Instant now) {
  // Whatever changes while nobody is there counts from when somebody is.
  const Instant required_from = down_since_ ? Instant::max() : now;
  eras_[task.id.value].push_back({task, now, required_from, std::nullopt, now, std::nullopt});
}

void SlotOracle::attended(Instant now) {
  down_since_.reset();
  for (auto& [id, eras] : eras_) {
    if (eras.back().required_from == Instant::max()) eras.back().required_from = now;
  }
}

void SlotOracle::end(TaskId id, Instant now) {
  Era& era = eras_[id.value].back();
  era.until = now;
  era.unattended_from = down_since_;
}

void SlotOracle::note_time(Instant now) {
  for (auto& [id, eras] : eras_) {
    if (!eras.back().until) eras.back().seen_until = std::max(eras.back().seen_until, now);
  }
}

SlotOracle::Slots SlotOracle::slots_of(TaskId id, Instant horizon) const {
  Slots slots;
  for (const Era& era : eras_.at(id.value)) {
    if (!era.task.active) continue;
    const auto schedule = Schedule::parse(
        era.task.schedule, model::schedule_options(era.task, calendar::built_in(kDefaultCalendar)));
    if (!schedule) continue;
    Instant required_until = std::min(era.until.value_or(horizon), horizon);
    if (era.until && era.unattended_from) {
      required_until = std::min(required_until, *era.unattended_from);
    }
    const Instant last = std::max(era.seen_until, required_until);
    for (auto at = schedule->next(era.from); at && *at <= last + kLookAhead;
         at = schedule->next(*at)) {
      slots.permitted.insert(*at);
      if (*at > era.required_from && *at <= required_until) slots.required.insert(*at);
    }
  }
  return slots;
}

std::size_t SlotOracle::slots_required(TaskId id, Instant horizon) const {
  return slots_of(id, horizon).required.size();
}

std::vector<std::string> SlotOracle::judge(TaskId id, const std::vector<Run>& runs,
                                           const std::vector<engine::testing::Start>& starts,
                                           Instant horizon) const {
  Complaints complaints(id);
  const Slots slots = slots_of(id, horizon);
  std::map<Instant, int> rows;
  for (const Run& run : runs) {
    if (!is_slot(run)) continue;
    ++rows[run.scheduled_for];
    if (!slots.permitted.contains(run.scheduled_for)) {
      complaints.add("run {} for {} is no slot ({})", run.id.value, format_utc(run.scheduled_for),
                     run.reason);
    }
    if (run.status == RunStatus::kSkipped && run.reason.empty()) {
      complaints.add("slot {} was skipped without a reason", format_utc(run.scheduled_for));
    }
    if (run.scheduled_for <= horizon && !is_final(run.status)) {
      complaints.add("run {} for {} never ended", run.id.value, format_utc(run.scheduled_for));
    }
    if (const auto until = folded_until(run)) {
      const auto& all = slots.permitted;
      for (auto at = all.upper_bound(run.scheduled_for); at != all.end() && *at <= *until; ++at) {
        ++rows[*at];
      }
    }
  }
  for (const Instant slot : slots.required) {
    if (!rows.contains(slot)) complaints.add("slot {} has no row", format_utc(slot));
  }
  for (const auto& [slot, count] : rows) {
    if (count > 1) complaints.add("slot {} has {} rows", format_utc(slot), count);
  }
  std::set<std::pair<std::int64_t, std::int64_t>> begun;
  for (const auto& start : starts) {
    if (start.reached < start.slot) complaints.add("slot {} ran early", format_utc(start.slot));
    if (!begun.insert({start.run.value, start.fence}).second) {
      complaints.add("run {} began twice with fence {}", start.run.value, start.fence);
    }
    if (start.cause == RunCause::kManual) continue;
    for (const Era& era : eras_.at(id.value)) {
      const bool stood = start.at > era.from && (!era.until || start.at < *era.until);
      const bool paused = era.task.paused_until && start.at < *era.task.paused_until;
      if (stood && paused) {
        complaints.add("slot {} ran at {}, while paused", format_utc(start.slot),
                       format_utc(start.at));
      }
    }
  }
  return std::move(complaints).all();
}

}  // namespace rota::simulation
