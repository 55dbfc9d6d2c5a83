// What doctor finds about who owns the database: one server, and nobody that fights with it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "cli/doctor_checks.h"
#include "cli/session_fight.h"
#include "store/store.h"

namespace rota::cli {
namespace {

constexpr std::size_t kProcessesShown = 8;

Finding describe_fight(const SessionFight& fight) {
  return {Health::kFail, "owner",
          fmt::format("two servers declare each other dead: {} and {} took turns {} times",
                      fight.one, fight.other, fight.turns),
          "their runs begin again and again: stop one of them; look for a second path or a network "
          "file system under the database"};
}

std::string processes(const std::vector<std::int64_t>& pids) {
  const auto shown = std::span(pids).first(std::min(pids.size(), kProcessesShown));
  return pids.empty() ? "of unknown number" : fmt::format("{}", fmt::join(shown, ", "));
}

Finding describe_lock(const store::OwnerView& owner, bool live) {
  if (owner.server_holds && owner.server_is_gone) {
    return {Health::kWarning, "owner",
            fmt::format("the server's lock is held, but not by the server that is noted ({})",
                        owner.server),
            "a process that the server forked, or one in another container, has the database open: "
            "'lsof' on the file shows it"};
  }
  if (owner.server_holds && !live) {
    return {Health::kWarning, "owner",
            fmt::format("a server ({}) holds the database but sends no heartbeat", owner.server),
            "it is starting, waiting for programs of a dead server, or hangs; its log says more"};
  }
  if (owner.server_holds) {
    return {Health::kOk, "owner", fmt::format("held by its server alone, {}", owner.server), ""};
  }
  if (owner.server_pid > 0 && !owner.server_is_gone) {
    return {
        Health::kFail, "owner",
        fmt::format("the server that is noted here ({}) runs, but on another file", owner.server),
        "the database was moved or replaced under it: bring the first one back, or restart the "
        "server"};
  }
  if (owner.programs_hold) {
    return {Health::kWarning, "owner",
            fmt::format("programs of a dead server ({}) are still ending: processes {}",
                        owner.server, processes(owner.programs)),
            "the next server waits for them; 'kill -9' ends what does not end by itself"};
  }
  if (live) {
    return {
        Health::kWarning, "owner",
        "a session is live, but no server of this machine holds the database",
        "it was killed a moment ago, or it runs on another machine: one must not share the file"};
  }
  return {Health::kOk, "owner", "nobody holds the database", ""};
}

}  // namespace

Finding check_owner(Scheduler& scheduler, const Clock& clock) {
  const auto nodes = scheduler.store().list_nodes();
  if (!nodes) return {Health::kFail, "owner", nodes.error().message, nodes.error().hint};
  const Instant now = clock.now();
  const auto fight = find_session_fight(*nodes, now);
  if (fight) return describe_fight(*fight);
  const auto owner = scheduler.store().look_at_owner();
  if (!owner) return {Health::kFail, "owner", owner.error().message, owner.error().hint};
  const auto live = [&](bool of_owner) {
    return std::ranges::any_of(*nodes, [&](const store::NodeView& node) {
      return node.status != "dead" && node.lease_until > now &&
             (node.info.pid == owner->server_pid || !of_owner);
    });
  };
  return describe_lock(*owner, live(owner->server_holds));
}

}  // namespace rota::cli
