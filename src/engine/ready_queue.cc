#include "engine/ready_queue.h"

#include "model/priority.h"

namespace rota::engine {

ReadyQueue::ReadyQueue(const std::map<std::string, std::size_t>& limits) {
  for (const auto& [name, limit] : limits) {
    if (limit > 0) limited_[name].limit = limit;
  }
}

ReadyQueue::Lane& ReadyQueue::lane_of(const std::string& queue) {
  const auto found = limited_.find(queue);
  return found == limited_.end() ? open_ : found->second;
}

void ReadyQueue::push(ReadyRun run, WorkKind kind, Instant ready_since) {
  const Task& task = *run.pair.task;
  const Rank rank{model::ready_rank(task.priority, ready_since), run.pair.held->run.id.value};
  lane_of(task.queue).waiting[static_cast<int>(kind)].emplace(rank, std::move(run));
}

std::optional<ReadyRun> ReadyQueue::pop(WorkKind kind) {
  const int k = static_cast<int>(kind);
  Lane* best = open_.waiting[k].empty() ? nullptr : &open_;
  for (auto& [name, lane] : limited_) {
    if (lane.waiting[k].empty() || lane.running >= lane.limit) continue;
    if (!best || lane.waiting[k].begin()->first < best->waiting[k].begin()->first) best = &lane;
  }
  if (!best) return std::nullopt;
  ReadyRun run = std::move(best->waiting[k].begin()->second);
  best->waiting[k].erase(best->waiting[k].begin());
  ++best->running;
  return run;
}

void ReadyQueue::release(const std::string& queue) { --lane_of(queue).running; }

bool ReadyQueue::empty(WorkKind kind) const {
  const int k = static_cast<int>(kind);
  if (!open_.waiting[k].empty()) return false;
  for (const auto& [name, lane] : limited_) {
    if (!lane.waiting[k].empty()) return false;
  }
  return true;
}

}  // namespace rota::engine
