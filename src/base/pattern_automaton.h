// Finds many texts in one pass (Aho and Corasick, 1975): the state after a byte is the longest end
// of what was read that begins one of the texts. Nodes are numbered breadth first over the sorted
// texts, so that the children of a node stand side by side and 20 bytes a node are enough.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rota::base {

/// Thread rule: any thread. What it holds is overwritten when it goes.
class PatternAutomaton {
 public:
  using State = std::uint32_t;
  static constexpr State kRoot = 0;

  /// Empty texts are left out.
  explicit PatternAutomaton(std::vector<std::string> texts);
  ~PatternAutomaton();
  PatternAutomaton(const PatternAutomaton&) = delete;
  PatternAutomaton& operator=(const PatternAutomaton&) = delete;

  State next(State state, unsigned char byte) const {
    for (;;) {
      if (state == kRoot) return first_[byte];
      if (const State child = child_of(state, byte); child != kRoot) return child;
      state = nodes_[state].shorter;
    }
  }
  /// Length of what was read that begins a text.
  std::size_t depth(State state) const { return nodes_[state].depth; }
  /// Length of the longest text that ends here; 0: none.
  std::size_t matched(State state) const { return nodes_[state].matched; }
  bool empty() const { return nodes_.size() == 1; }

 private:
  struct Node {
    State children = 0;     ///< The first of them.
    State shorter = kRoot;  ///< The longest proper end that begins a text, too.
    std::uint32_t depth = 0;
    std::uint32_t matched = 0;
    std::uint16_t children_count = 0;
    unsigned char byte = 0;  ///< That leads here.
  };

  State child_of(State state, unsigned char byte) const {
    const Node& node = nodes_[state];
    for (State child = node.children; child < node.children + node.children_count; ++child) {
      if (nodes_[child].byte == byte) return child;
    }
    return kRoot;
  }
  void link(State parent, State child);

  std::vector<Node> nodes_{1};
  std::array<State, 256> first_{};
};

}  // namespace rota::base
