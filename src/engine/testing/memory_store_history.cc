// What the store in memory knows of left out slots and removed tasks.
#include <algorithm>

#include "engine/testing/memory_store.h"

namespace rota::engine::testing {

Result<std::vector<store::LeftOut>> MemoryStore::list_left_out(Instant since,
                                                               std::optional<TaskId> task) {
  std::map<std::int64_t, std::vector<Instant>> slots;
  for (const Run& run : all_runs()) {
    const bool out = run.skip_kind == SkipKind::kOverlap || run.skip_kind == SkipKind::kBacklog;
    if (out && (!task || run.task_id == *task))
      slots[run.task_id.value].push_back(run.scheduled_for);
  }
  std::vector<store::LeftOut> found;
  for (const auto& [id, all] : slots) {
    const Instant last = *std::ranges::max_element(all);
    if (last < since) continue;
    const auto in_hour = std::ranges::count_if(
        all, [&](Instant slot) { return slot > last - std::chrono::hours{1}; });
    found.push_back({TaskId{id}, in_hour, last});
  }
  return found;
}

Result<std::vector<RemovedTask>> MemoryStore::find_removed(std::string_view name) {
  const std::lock_guard lock(mutex_);
  std::vector<RemovedTask> found = removed_;
  std::erase_if(found, [&](const RemovedTask& task) { return task.name != name; });
  return found;
}

Result<std::vector<RemovedTask>> MemoryStore::find_removed(std::span<const TaskId> ids) {
  const std::lock_guard lock(mutex_);
  std::vector<RemovedTask> found = removed_;
  std::erase_if(
      found, [&](const RemovedTask& task) { return std::ranges::find(ids, task.id) == ids.end(); });
  return found;
}

}  // namespace rota::engine::testing
