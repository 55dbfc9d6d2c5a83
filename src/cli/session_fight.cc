#include "cli/session_fight.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace rota::cli {
namespace {

constexpr std::chrono::hours kLookBack{1};

auto process_of(const store::NodeView& node) { return std::tie(node.info.host, node.info.pid); }

std::string name_of(const store::NodeView& node) {
  return fmt::format("process {} on {}", node.info.pid, node.info.host);
}

}  // namespace

std::optional<SessionFight> find_session_fight(std::vector<store::NodeView> nodes, Instant now) {
  std::erase_if(nodes, [&](const auto& node) { return node.started_at < now - kLookBack; });
  std::ranges::sort(nodes, {}, [](const auto& node) { return node.id; });
  std::optional<SessionFight> fight;
  for (std::size_t i = 2; i < nodes.size(); ++i) {
    const bool back = process_of(nodes[i]) == process_of(nodes[i - 2]);
    if (!back || process_of(nodes[i]) == process_of(nodes[i - 1])) continue;
    if (!fight) fight = SessionFight{name_of(nodes[i - 1]), name_of(nodes[i]), 2};
    ++fight->turns;
  }
  return fight;
}

}  // namespace rota::cli
