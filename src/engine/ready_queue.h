// Due runs that wait for a free worker, in the order of their rank (priority, aged by waiting).
// Named queues with a limit have a lane of their own, so that a full one holds up nobody else.
// There are as many lanes as configured limits: tasks cannot make more.
#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/held_runs.h"

namespace rota::engine {

struct ReadyRun {
  HeldPair pair;
  std::shared_ptr<TaskHandler> handler;
};

enum class WorkKind { kBlocking, kAsync };

/// Not thread-safe: its owner locks.
class ReadyQueue {
 public:
  explicit ReadyQueue(const std::map<std::string, std::size_t>& limits);
  void push(ReadyRun run, WorkKind kind, Instant ready_since);
  /// The first of that kind whose queue has room; it then counts as running there.
  std::optional<ReadyRun> pop(WorkKind kind);
  /// A run that pop() gave has ended.
  void release(const std::string& queue);
  bool empty(WorkKind kind) const;

 private:
  struct Rank {
    Instant rank;
    std::int64_t id;
    auto operator<=>(const Rank&) const = default;
  };
  struct Lane {
    std::size_t limit = 0;  // 0: none
    std::size_t running = 0;
    std::map<Rank, ReadyRun> waiting[2];
  };

  Lane& lane_of(const std::string& queue);

  Lane open_;
  std::map<std::string, Lane> limited_;
};

}  // namespace rota::engine
