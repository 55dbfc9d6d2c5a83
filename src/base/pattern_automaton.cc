#include "base/pattern_automaton.h"

#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero is in no other

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace rota::base {
namespace {

// Texts that begin alike: they share the node at this depth.
struct Range {
  std::size_t from;
  std::size_t to;
  std::size_t depth;
};

}  // namespace

PatternAutomaton::PatternAutomaton(std::vector<std::string> texts) {
  std::erase(texts, std::string());
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  std::size_t most = 1;
  for (const std::string& text : texts) most += text.size();
  ROTA_CHECK(most < std::numeric_limits<State>::max(), "the texts are bounded");
  nodes_.reserve(most);  // so that nothing is left behind in memory given back
  std::vector<Range> ranges{{0, texts.size(), 0}};
  for (State parent = 0; parent < ranges.size(); ++parent) {
    const Range range = ranges[parent];
    nodes_[parent].children = static_cast<State>(nodes_.size());
    for (std::size_t from = range.from; from < range.to;) {
      if (texts[from].size() == range.depth) {  // the shortest comes first, and only once
        nodes_[parent].matched = static_cast<std::uint32_t>(range.depth);
        ++from;
        continue;
      }
      const char byte = texts[from][range.depth];
      std::size_t to = from + 1;
      while (to < range.to && texts[to][range.depth] == byte) ++to;
      Node child;
      child.depth = static_cast<std::uint32_t>(range.depth + 1);
      child.byte = static_cast<unsigned char>(byte);
      nodes_.push_back(child);
      ++nodes_[parent].children_count;
      ranges.push_back({from, to, range.depth + 1});
      from = to;
    }
  }
  // Parents come before their children, shorter ends before longer ones.
  for (State parent = 0; parent < nodes_.size(); ++parent) {
    for (State i = 0; i < nodes_[parent].children_count; ++i) {
      link(parent, nodes_[parent].children + i);
    }
  }
  for (std::string& text : texts) explicit_bzero(text.data(), text.size());
}

void PatternAutomaton::link(State parent, State child) {
  Node& node = nodes_[child];
  if (parent == kRoot) {
    first_[node.byte] = child;
    return;
  }
  node.shorter = next(nodes_[parent].shorter, node.byte);
  node.matched = std::max(node.matched, nodes_[node.shorter].matched);
}

PatternAutomaton::~PatternAutomaton() {
  explicit_bzero(nodes_.data(), nodes_.size() * sizeof(Node));
}

}  // namespace rota::base
