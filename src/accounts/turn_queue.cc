#include "accounts/turn_queue.h"

#include <algorithm>
#include <utility>

namespace rota::accounts {

std::size_t TurnQueue::slots_for_others() const {
  const std::size_t reserved = std::min(limits_.reserved, limits_.at_once - 1);
  return limits_.at_once - reserved;
}

// The last to come of the key that waits for most; none: no key waits for more than one.
std::optional<Waiting> TurnQueue::displace(Class& from) {
  const auto longest = std::max_element(
      from.lines.begin(), from.lines.end(),
      [](const Line& a, const Line& b) { return a.waiting.size() < b.waiting.size(); });
  if (longest == from.lines.end() || longest->waiting.size() < 2) return std::nullopt;
  Waiting last = std::move(longest->waiting.back());
  longest->waiting.pop_back();
  --from.count;
  return last;
}

TurnQueue::Pushed TurnQueue::push(const Place& place, Waiting& waiting) {
  Class& into = of(place.known);
  auto line = std::find_if(into.lines.begin(), into.lines.end(),
                           [&](const Line& one) { return one.key == place.key; });
  const bool is_new = line == into.lines.end();
  Pushed pushed;
  const bool key_full = !is_new && line->waiting.size() >= limits_.waiting_key_max;
  if (!key_full && into.count >= limits_.waiting_max && is_new) pushed.displaced = displace(into);
  if (key_full || into.count >= limits_.waiting_max) {
    pushed.taken = Taken::kFull;
    return pushed;
  }
  if (is_new) line = into.lines.insert(into.lines.end(), Line{place.key, {}});
  line->waiting.push_back(std::move(waiting));
  ++into.count;
  return pushed;
}

// Which class has the next turn. Each has slots that the other cannot keep from it: the reserved
// ones, and the rest. Known ones may take all while no others wait.
std::optional<bool> TurnQueue::next_is_known() const {
  const bool known_waits = known_.count > 0;
  const bool others_wait = others_.count > 0;
  if (limits_.at_once == 1 && known_waits && others_wait) return !last_was_known_;
  if (known_waits && (!others_wait || known_.busy < limits_.reserved)) return true;
  if (others_wait && others_.busy < slots_for_others()) return false;
  return std::nullopt;
}

std::optional<TurnQueue::Turn> TurnQueue::next() {
  if (known_.busy + others_.busy >= limits_.at_once) return std::nullopt;
  const auto choice = next_is_known();
  if (!choice) return std::nullopt;
  const bool known = last_was_known_ = *choice;
  Class& from = of(known);
  Line line = std::move(from.lines.front());
  from.lines.pop_front();
  Turn turn{known, std::move(line.waiting.front())};
  line.waiting.pop_front();
  if (!line.waiting.empty()) from.lines.push_back(std::move(line));
  --from.count;
  ++from.busy;
  return turn;
}

void TurnQueue::end(const Turn& turn) { --of(turn.known).busy; }

std::size_t TurnQueue::turns_ahead(bool known) const {
  const Class& in = known ? known_ : others_;
  return in.count + in.busy;
}

}  // namespace rota::accounts
