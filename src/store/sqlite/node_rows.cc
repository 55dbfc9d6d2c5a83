#include "store/sqlite/node_rows.h"

#include <fmt/format.h>

namespace rota::store {
namespace {

constexpr const char* kHeldByTheDead =
    "status IN ('claimed', 'running') AND node_id IN (SELECT id FROM node WHERE status = 'dead')";

NodeView read_node(const Statement& row) {
  NodeView node;
  node.id = NodeId{row.integer(0)};
  node.info = {row.text(1), row.integer(2), row.text(3), row.integer(4)};
  node.status = row.text(5);
  node.started_at = row.instant(6);
  node.lease_until = row.instant(7);
  return node;
}

constexpr const char* kNodeColumns =
    "SELECT id, host, pid, version, capacity, status, started_at, lease_until FROM node";

Result<std::vector<NodeView>> read_nodes(Statement& select) {
  std::vector<NodeView> nodes;
  for (;;) {
    const auto row = select.step();
    if (!row) return fail(row.error());
    if (!*row) return nodes;
    nodes.push_back(read_node(select));
  }
}

Error session_is_dead(NodeId node) {
  return Error{ErrorCode::kStale,
               fmt::format("the session of node {} was declared dead", node.value),
               "the node opens a new session by itself",
               std::nullopt,
               {}};
}

Result<std::size_t> run_update(Connection& connection, const std::string& sql, Instant now) {
  auto update = connection.prepare_once(sql);
  if (!update) return fail(update.error());
  if (sql.find('?') != std::string::npos) update->bind(now);
  if (auto done = update->run(); !done) return fail(done.error());
  return static_cast<std::size_t>(connection.changes());
}

// Begun runs end as lost; the series goes on with a new row unless its task forbids that.
Result<void> end_lost_runs(Connection& connection, Instant now, int lost_max,
                           RescueReport& report) {
  const auto rerun = run_update(
      connection,
      fmt::format("INSERT INTO run (task_id, task_version, scheduled_for, cause, status, reason,"
                  " attempt, first_run_id, lost_count, priority, available_at, metadata,"
                  " requested_by)"
                  " SELECT run.task_id, task.version, run.scheduled_for, 'retry', 'queued',"
                  "        'run ' || run.id || ' was lost with its node', run.attempt + 1,"
                  "        coalesce(run.first_run_id, run.id), run.lost_count + 1, run.priority, ?,"
                  "        run.metadata, run.requested_by"
                  "   FROM run JOIN task ON task.id = run.task_id"
                  "  WHERE run.status = 'running'"
                  "    AND run.node_id IN (SELECT id FROM node WHERE status = 'dead')"
                  "    AND task.delivery = 'at_least_once' AND run.lost_count + 1 < {}",
                  lost_max),
      now);
  if (!rerun) return fail(rerun.error());
  const auto lost =
      run_update(connection,
                 fmt::format("UPDATE run SET status = 'lost', fence = fence + 1, finished_at = ?,"
                             " reason = 'its node stopped while it ran',"
                             " error = 'the node died while the run was going on'"
                             " WHERE status = 'running' AND {}",
                             kHeldByTheDead),
                 now);
  if (!lost) return fail(lost.error());
  report.rerun = *rerun;
  report.lost = *lost;
  return {};
}

}  // namespace

Result<Lease> insert_node(Connection& connection, const NodeInfo& info, Instant now,
                          Duration lease) {
  auto insert = connection.prepare(
      "INSERT INTO node (host, pid, version, capacity, started_at, lease_until)"
      " VALUES (?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  const auto done = insert->bind(info.host)
                        .bind(info.pid)
                        .bind(info.version)
                        .bind(info.capacity)
                        .bind(now)
                        .bind(now + lease)
                        .run();
  if (!done) return fail(done.error());
  return Lease{NodeId{connection.last_insert_id()}, now, now + lease};
}

Result<Lease> extend_lease(Connection& connection, NodeId node, Instant now, Duration lease) {
  auto update =
      connection.prepare("UPDATE node SET lease_until = ? WHERE id = ? AND status <> 'dead'");
  if (!update) return fail(update.error());
  if (auto done = update->bind(now + lease).bind(node.value).run(); !done) {
    return fail(done.error());
  }
  if (connection.changes() == 0) return fail(session_is_dead(node));
  return Lease{node, now, now + lease};
}

Result<void> set_node_status(Connection& connection, NodeId node, std::string_view status) {
  auto update = connection.prepare("UPDATE node SET status = ? WHERE id = ? AND status <> 'dead'");
  if (!update) return fail(update.error());
  return update->bind(status).bind(node.value).run();
}

Result<std::vector<NodeView>> query_nodes(Connection& connection) {
  auto select = connection.prepare_once(std::string(kNodeColumns) + " ORDER BY id DESC LIMIT 1000");
  if (!select) return fail(select.error());
  return read_nodes(*select);
}

Result<void> require_live(Connection& connection, NodeId node) {
  auto select = connection.prepare("SELECT 1 FROM node WHERE id = ? AND status <> 'dead'");
  if (!select) return fail(select.error());
  const auto row = select->bind(node.value).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(session_is_dead(node));
  return {};
}

Result<RescueReport> rescue_all_but(Connection& connection, NodeId rescuer, Instant now,
                                    int lost_max) {
  RescueReport report;
  auto select = connection.prepare_once(std::string(kNodeColumns) +
                                        " WHERE status <> 'dead' AND id <> ? ORDER BY id");
  if (!select) return fail(select.error());
  auto nodes = read_nodes(select->bind(rescuer.value));
  if (!nodes) return fail(nodes.error());
  report.dead_nodes = std::move(*nodes);
  if (!report.dead_nodes.empty()) {
    const auto dead = run_update(
        connection,
        fmt::format("UPDATE node SET status = 'dead' WHERE status <> 'dead' AND id <> {}",
                    rescuer.value),
        now);
    if (!dead) return fail(dead.error());
  }
  if (auto ended = end_lost_runs(connection, now, lost_max, report); !ended) {
    return fail(ended.error());
  }
  const auto given_back =
      run_update(connection,
                 fmt::format("UPDATE run SET status = 'queued', fence = fence + 1, node_id = NULL,"
                             " reason = 'given back by a node that stopped'"
                             " WHERE status = 'claimed' AND {}",
                             kHeldByTheDead),
                 now);
  if (!given_back) return fail(given_back.error());
  report.given_back = *given_back;
  return report;
}

}  // namespace rota::store
