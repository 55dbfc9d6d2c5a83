// Who gets the next of the few password hashes that are made at once. Two classes wait apart: known
// (a browser that has signed in before, or a session) and others. Others never take the reserved
// slot, so that a known one begins at once whatever the others do; known ones never keep others
// from the rest. Within a class the keys (a user, an address) take turns, and what waits is bounded
// per key and in all; a key that waits for nothing displaces the last of the key that waits for
// most. A plain structure: no threads, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace rota::accounts {

struct TurnLimits {
  std::size_t at_once = 2;
  std::size_t reserved = 1;         ///< Of these, for known ones alone; one is left to others.
  std::size_t waiting_max = 32;     ///< Of each class.
  std::size_t waiting_key_max = 4;  ///< Of one key.
};

/// Where somebody waits.
struct Place {
  bool known = false;
  std::string key;  ///< Takes turns with the other keys of its class.
};

/// What waits: exactly one of both is called, once.
struct Waiting {
  std::function<void()> run;
  std::function<void()> refuse;  ///< It lost its place to somebody who had none.
};

/// Thread rule: one at a time.
class TurnQueue {
 public:
  explicit TurnQueue(TurnLimits limits = {}) : limits_(limits) {}

  enum class Taken { kTaken, kFull };
  struct Pushed {
    Taken taken = Taken::kTaken;
    std::optional<Waiting> displaced;
  };
  /// kFull: `waiting` was not taken and is still the caller's.
  Pushed push(const Place& place, Waiting& waiting);

  struct Turn {
    bool known = false;
    Waiting waiting;
  };
  /// The next that may begin now; call end() after it. None: nobody waits, or all slots are taken.
  std::optional<Turn> next();
  void end(const Turn& turn);

  /// How many hashes pass until all who wait in that class now had theirs, at the latest.
  std::size_t turns_ahead(bool known) const;
  std::size_t waiting() const { return known_.count + others_.count; }

 private:
  struct Line {
    std::string key;
    std::deque<Waiting> waiting;
  };
  struct Class {
    std::deque<Line> lines;  ///< The front one has the next turn; none is empty.
    std::size_t count = 0;
    std::size_t busy = 0;
  };

  Class& of(bool known) { return known ? known_ : others_; }
  std::size_t slots_for_others() const;
  std::optional<bool> next_is_known() const;
  static std::optional<Waiting> displace(Class& from);

  const TurnLimits limits_;
  Class known_;
  Class others_;
  bool last_was_known_ = false;
};

}  // namespace rota::accounts
