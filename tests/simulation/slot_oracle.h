// What ought to become of every slot of every task, worked out beside the engine: it knows only
// when tasks were made, edited, paused and removed, and when a server was there to decide.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/testing/engine_rig.h"
#include "rota/task.h"

namespace rota::simulation {

/// One configuration of a task, and from when to when it stood.
struct Era {
  Task task;
  Instant from{};                ///< Slots after this are its own ...
  Instant required_from{};       ///< ... and after this somebody was there to decide them.
  std::optional<Instant> until;  ///< None: still stands.
  Instant seen_until{};          ///< The latest time that was reached while it stood.
  /// No server was there from this time to the end of the era: those slots are forgiven.
  std::optional<Instant> unattended_from;
};

class SlotOracle {
 public:
  void begin(const Task& task, Instant now);
  void end(TaskId id, Instant now);
  /// The server died, or is there again.
  void unattended(Instant now) { down_since_ = now; }
  void attended(Instant now);
  /// Time passes; it may be set back, too.
  void note_time(Instant now);

  /// Every slot that had to be decided by `horizon` has one row, no row is without a slot, and
  /// nothing started early, twice, or while paused. Returns complaints, at most some dozens.
  std::vector<std::string> judge(TaskId id, const std::vector<Run>& runs,
                                 const std::vector<engine::testing::Start>& starts,
                                 Instant horizon) const;

  std::size_t slots_required(TaskId id, Instant horizon) const;

 private:
  struct Slots {
    std::set<Instant> required;
    std::set<Instant> permitted;
  };
  Slots slots_of(TaskId id, Instant horizon) const;

  std::map<std::int64_t, std::vector<Era>> eras_;
  std::optional<Instant> down_since_;
};

}  // namespace rota::simulation
