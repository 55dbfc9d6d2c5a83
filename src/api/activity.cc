#include "api/activity.h"

#include <algorithm>

namespace rota::api {
namespace {

using std::chrono::minutes;

Instant minute_of(Instant at) { return std::chrono::floor<minutes>(at); }

std::uint64_t growth(std::uint64_t now, std::uint64_t before) {
  return now > before ? now - before : 0;
}

bool counts_as_failed(RunStatus status) {
  return status == RunStatus::kFailed || status == RunStatus::kTimedOut ||
         status == RunStatus::kLost;
}

Duration p99(std::vector<Duration>& values) {
  std::sort(values.begin(), values.end());
  return values[(values.size() * 99 + 99) / 100 - 1];
}

// What the rows say about each minute in which one of them began or ended.
std::map<Instant, ActivityMinute> count_rows(std::span<const Run> runs) {
  std::map<Instant, ActivityMinute> counted;
  std::map<Instant, std::vector<Duration>> lateness;
  for (const Run& run : runs) {
    if (run.finished_at) {
      ActivityMinute& minute = counted[minute_of(*run.finished_at)];
      if (run.status == RunStatus::kSucceeded) ++minute.succeeded;
      if (counts_as_failed(run.status)) ++minute.failed;
    }
    if (run.started_at) {
      const Instant due = std::max(run.scheduled_for, run.available_at);
      lateness[minute_of(*run.started_at)].push_back(
          std::max(Duration{0}, Duration{*run.started_at - due}));
    }
  }
  for (auto& [at, values] : lateness) counted[at].lateness_p99 = p99(values);
  return counted;
}

// The first minute of which every run is among the rows: the one after the oldest row's.
Instant covered_from(std::span<const Run> newest, bool complete) {
  if (complete || newest.empty()) return Instant::min();
  return minute_of(newest.back().started_at.value_or(newest.back().available_at)) + minutes{1};
}

}  // namespace

void Activity::sample(const EngineStatus& status, Instant now) {
  const std::lock_guard lock(mutex_);
  if (before_) {
    ActivityMinute& minute = minutes_[minute_of(now)];
    minute.succeeded += growth(status.succeeded, before_->succeeded);
    minute.failed += growth(status.failed, before_->failed);
    if (status.started > before_->started) {
      minute.lateness_p99 =
          std::max(minute.lateness_p99.value_or(Duration{0}), status.lateness_p99);
    }
  }
  before_ = status;
  while (minutes_.size() > kActivityMinutes) minutes_.erase(minutes_.begin());
}

std::vector<ActivityMinute> Activity::last_hour(Instant now, std::span<const Run> newest,
                                                bool complete) const {
  const auto counted = count_rows(newest);
  const Instant exact_from = covered_from(newest, complete);
  const std::lock_guard lock(mutex_);
  std::vector<ActivityMinute> hour;
  for (std::size_t i = kActivityMinutes; i > 0; --i) {
    const Instant at = minute_of(now) - minutes{i - 1};
    const auto& source = at >= exact_from ? counted : minutes_;
    const auto found = source.find(at);
    hour.push_back(found == source.end() ? ActivityMinute{} : found->second);
    hour.back().at = at;
  }
  return hour;
}

}  // namespace rota::api
