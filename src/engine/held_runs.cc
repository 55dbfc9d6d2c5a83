// The life of a held run, from the claim to the stored result.
#include "engine/held_runs.h"

#include <algorithm>

namespace rota::engine {

using model::OverlapAction;

HeldRuns::ClaimInFlight::ClaimInFlight(HeldRuns& runs) : runs_(runs) {
  const std::lock_guard lock(runs_.mutex_);
  ++runs_.claims_in_flight_;
}

HeldRuns::ClaimInFlight::~ClaimInFlight() {
  const std::lock_guard lock(runs_.mutex_);
  if (--runs_.claims_in_flight_ == 0) runs_.ended_meanwhile_.clear();
}

std::size_t HeldRuns::add(std::span<const store::ClaimedRun> claimed, std::span<const Task> tasks) {
  const std::lock_guard lock(mutex_);
  std::unordered_map<std::int64_t, const Task*> given;
  for (const Task& task : tasks) given.emplace(task.id.value, &task);
  std::size_t added = 0;
  for (const store::ClaimedRun& claim : claimed) {
    const std::int64_t id = claim.run.id.value;
    const auto task = given.find(claim.run.task_id.value);
    if (is_final(claim.run.status) || task == given.end()) continue;
    if (runs_.contains(id) || ended_meanwhile_.contains(id)) continue;
    auto held = std::make_shared<HeldRun>(claim.run);
    if (claim.predecessor && !runs_.contains(claim.predecessor->value)) {
      held->elsewhere = claim.predecessor;
    }
    HeldTask& entry = tasks_[claim.run.task_id.value];
    if (!entry.task || entry.task->version < task->second->version) {
      entry.task = std::make_shared<const Task>(*task->second);
    }
    entry.runs.push_back(held);
    waiting_.insert(key_of(held->run));
    ++counts_[static_cast<std::size_t>(HeldState::kWaiting)];
    runs_.emplace(id, std::move(held));
    ++added;
  }
  return added;
}

std::optional<Instant> HeldRuns::next_due() const {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->at;
}

std::vector<HeldPair> HeldRuns::take_due(Instant now, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<HeldPair> due;
  while (!waiting_.empty() && waiting_.begin()->at <= now && due.size() < limit) {
    const HeldRunPtr held = runs_.at(waiting_.begin()->id);
    waiting_.erase(waiting_.begin());
    move(*held, HeldState::kBlocked);
    held->due_since = now;
    due.push_back({held, tasks_.at(held->run.task_id.value).task});
  }
  return due;
}

/// The runs of its task that go on or wait before it.
std::vector<HeldRunPtr> HeldRuns::others_of(const HeldRunPtr& held) const {
  std::vector<HeldRunPtr> others;
  for (const HeldRunPtr& other : tasks_.at(held->run.task_id.value).runs) {
    if (other == held) continue;
    if (other->state == HeldState::kWaiting || other->state == HeldState::kEnded) continue;
    // Of two that came due together, the later claimed one waits for the earlier.
    if (other->state == HeldState::kBlocked && other->run.id > held->run.id) continue;
    others.push_back(other);
  }
  return others;
}

std::int64_t HeldRuns::places(TaskId task, std::int64_t backlog_max) const {
  const std::lock_guard lock(mutex_);
  const auto entry = tasks_.find(task.value);
  if (entry == tasks_.end()) return backlog_max + 1;
  std::int64_t waiting = 0;
  bool goes_on = false;
  for (const HeldRunPtr& run : entry->second.runs) {
    const bool waits = run->state == HeldState::kWaiting || run->state == HeldState::kBlocked;
    if (waits && model::is_slot(run->run.cause)) ++waiting;
    goes_on |= run->state == HeldState::kReady || run->state == HeldState::kExecuting;
  }
  return std::max<std::int64_t>(0, backlog_max + 1 - waiting - (goes_on ? 1 : 0));
}

Admission HeldRuns::admit(const HeldRunPtr& held, bool caught_up) {
  const std::lock_guard lock(mutex_);
  Admission answer;
  if (held->state != HeldState::kBlocked) return {OverlapAction::kWait, {}, {}, {}, {}};
  const HeldTask& entry = tasks_.at(held->run.task_id.value);
  const std::vector<HeldRunPtr> others = others_of(held);
  auto beside = model::Others::kNone;
  std::optional<RunId> going = held->elsewhere;
  if (held->elsewhere) {
    beside = model::Others::kAtItsMoment;
    answer.other = *held->elsewhere;
  }
  for (const HeldRunPtr& other : others) {
    if (other->state == HeldState::kBlocked && model::is_slot(other->run.cause)) {
      answer.waiting.push_back(other->run.id);
    }
    if (other->state == HeldState::kReady || other->state == HeldState::kExecuting) {
      going = other->run.id;
    }
  }
  for (const HeldRunPtr& other : others) {
    if (beside == model::Others::kAtItsMoment) break;
    const Instant since = other->context ? other->context->started_at() : other->due_since;
    const bool overlaps = since <= held->run.scheduled_for;
    beside = overlaps ? model::Others::kAtItsMoment : model::Others::kSinceItsMoment;
    answer.other = other->run.id;
  }
  answer.action = model::decide_overlap(entry.task->overlap, held->run.cause, beside);
  const auto waiting = static_cast<std::int64_t>(answer.waiting.size());
  const bool full = !caught_up && model::is_backlog_full(*entry.task, held->run.cause, waiting);
  if (answer.action == OverlapAction::kWait && full) {
    answer.action = OverlapAction::kLeaveOut;
    answer.other = going.value_or(answer.other);
  }
  if (answer.action == OverlapAction::kStart) move(*held, HeldState::kReady);
  if (answer.action == OverlapAction::kSkip || answer.action == OverlapAction::kLeaveOut) {
    move(*held, HeldState::kEnded);
  }
  if (answer.action != OverlapAction::kCancelOthersAndWait) return answer;
  for (const HeldRunPtr& other : others) {
    if (other->state == HeldState::kExecuting) {
      answer.to_stop.push_back(other->context);
    } else {
      move(*other, HeldState::kEnded);
      answer.to_cancel.push_back({other, entry.task});
    }
  }
  if (answer.to_stop.empty() && !held->elsewhere) {
    move(*held, HeldState::kReady);
    answer.action = OverlapAction::kStart;
  }
  return answer;
}

bool HeldRuns::refuse(const HeldRunPtr& held) {
  const std::lock_guard lock(mutex_);
  if (held->state != HeldState::kBlocked && held->state != HeldState::kReady) return false;
  move(*held, HeldState::kEnded);
  return true;
}

std::optional<HeldPair> HeldRuns::cancel(RunId id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id.value);
  if (found == runs_.end()) return std::nullopt;
  const HeldRunPtr held = found->second;
  if (held->state == HeldState::kExecuting || held->state == HeldState::kEnded) return std::nullopt;
  if (held->state == HeldState::kWaiting) waiting_.erase(key_of(held->run));
  move(*held, HeldState::kEnded);
  return HeldPair{held, tasks_.at(held->run.task_id.value).task};
}

bool HeldRuns::begin(const HeldRunPtr& held, std::shared_ptr<RunContext> context) {
  const std::lock_guard lock(mutex_);
  if (held->state != HeldState::kReady) return false;
  move(*held, HeldState::kExecuting);
  if (!held->marked) unmarked_.insert({context->started_steady(), held->run.id.value});
  held->context = std::move(context);
  return true;
}

std::optional<HeldPair> HeldRuns::end(const HeldRunPtr& held) {
  const std::lock_guard lock(mutex_);
  if (!runs_.contains(held->run.id.value)) return std::nullopt;
  if (held->context) unmarked_.erase({held->context->started_steady(), held->run.id.value});
  if (held->state != HeldState::kEnded) move(*held, HeldState::kEnded);
  auto next = next_blocked(held->run.task_id);
  if (held->given_up) erase(held);
  return next;
}

std::optional<HeldPair> HeldRuns::next_blocked(TaskId task) {
  const auto entry = tasks_.find(task.value);
  if (entry == tasks_.end()) return std::nullopt;
  HeldRunPtr first;
  for (const HeldRunPtr& run : entry->second.runs) {
    if (run->state == HeldState::kReady || run->state == HeldState::kExecuting) return std::nullopt;
    if (run->state != HeldState::kBlocked || run->elsewhere) continue;
    if (!first || run->run.priority < first->run.priority) first = run;
  }
  if (!first) return std::nullopt;
  move(*first, HeldState::kReady);
  return HeldPair{first, entry->second.task};
}

void HeldRuns::remove(RunId id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id.value);
  if (found == runs_.end()) return;
  if (found->second->state == HeldState::kExecuting) {
    found->second->given_up = true;
  } else {
    erase(HeldRunPtr(found->second));
  }
}

void HeldRuns::erase(const HeldRunPtr& held) {
  const std::int64_t id = held->run.id.value;
  if (held->state == HeldState::kWaiting) waiting_.erase(key_of(held->run));
  if (held->context) unmarked_.erase({held->context->started_steady(), id});
  const auto entry = tasks_.find(held->run.task_id.value);
  std::erase(entry->second.runs, held);
  if (entry->second.runs.empty()) tasks_.erase(entry);
  move(*held, HeldState::kEnded);
  --counts_[static_cast<std::size_t>(HeldState::kEnded)];
  runs_.erase(id);
  if (claims_in_flight_ > 0) ended_meanwhile_.insert(id);
}

void HeldRuns::move(HeldRun& held, HeldState to) {
  --counts_[static_cast<std::size_t>(held.state)];
  ++counts_[static_cast<std::size_t>(to)];
  held.state = to;
}

std::size_t HeldRuns::size() const {
  const std::lock_guard lock(mutex_);
  return runs_.size();
}

HeldCounts HeldRuns::counts() const {
  const std::lock_guard lock(mutex_);
  const auto of = [&](HeldState state) { return counts_[static_cast<std::size_t>(state)]; };
  return {of(HeldState::kWaiting), of(HeldState::kBlocked) + of(HeldState::kReady),
          of(HeldState::kExecuting)};
}

}  // namespace rota::engine
