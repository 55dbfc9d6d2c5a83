// Claims are compare-and-set: the task's next slot moves only while its version and slot are those
// the planner saw, and the unique index on (task, slot) refuses a second run of a slot whatever
// else went wrong.
#include "store/sqlite/claiming.h"

#include <algorithm>
#include <utility>

#include "store/sqlite/decision_rows.h"
#include "store/sqlite/run_rows.h"
#include "store/sqlite/slot_rows.h"
#include "store/sqlite/task_rows.h"

namespace rota::store {
namespace {

constexpr const char* kAdvance =
    "UPDATE task_execution SET next_scheduled_at = ?"
    " WHERE task_id = ? AND next_scheduled_at = ? AND task_version = ? AND replan = 0";

Result<bool> advance(Connection& connection, Statement& update, const SlotClaim& claim) {
  const auto done = update.bind(claim.new_next)
                        .bind(claim.task_id.value)
                        .bind(claim.expected_next)
                        .bind(claim.task_version)
                        .run();
  if (!done) return fail(done.error());
  return connection.changes() == 1;
}

ClaimedRun claimed_run(NodeId node, const NewSlot& one, RunId id) {
  ClaimedRun claimed;
  Run& run = claimed.run;
  run.id = id;
  run.task_id = one.claim->task_id;
  run.task_version = one.claim->task_version;
  run.scheduled_for = run.available_at = one.slot->at;
  run.cause = one.slot->cause;
  run.status = RunStatus::kClaimed;
  run.reason = one.slot->reason;
  run.priority = one.claim->priority;
  run.node_id = node;
  run.fence = 1;
  return claimed;
}

Result<std::optional<Run>> find_claimed(Connection& connection, NodeId node, TaskId task,
                                        Instant slot) {
  auto select = connection.prepare(
      "SELECT " ROTA_RUN_COLUMNS
      " FROM run WHERE task_id = ? AND scheduled_for = ? AND node_id = ? AND status = 'claimed'"
      " AND cause IN ('schedule', 'catch_up')");
  if (!select) return fail(select.error());
  const auto row = select->bind(task.value).bind(slot).bind(node.value).step();
  if (!row) return fail(row.error());
  return *row ? std::optional<Run>(read_run(*select)) : std::nullopt;
}

// The task has moved on: perhaps by this very claim, whose answer was lost on the way.
Result<void> read_back(Connection& connection, NodeId node, const SlotClaim& claim,
                       std::vector<ClaimedRun>& into) {
  for (const PlannedSlot& slot : claim.slots) {
    if (slot.skip) continue;
    auto run = find_claimed(connection, node, claim.task_id, slot.at);
    if (!run) return fail(run.error());
    if (*run) into.push_back({std::move(**run), std::nullopt});
  }
  return {};
}

// Moves the task on; its slots are to become runs. One that has moved on already is read back.
Result<void> take(Connection& connection, Statement& update, NodeId node, const SlotClaim& claim,
                  Instant now, std::vector<NewSlot>& slots, std::vector<ClaimedRun>& into) {
  const auto moved = advance(connection, update, claim);
  if (!moved) return fail(moved.error());
  if (!*moved) return read_back(connection, node, claim, into);
  if (auto noted = insert_skipped(connection, claim.task_id, claim.skipped); !noted) return noted;
  bool skips = false;
  for (const PlannedSlot& slot : claim.slots) {
    skips |= slot.skip;
    if (!slot.skip) slots.push_back({&claim, &slot});
  }
  return skips ? insert_skips(connection, node, claim, now) : Result<void>();
}

// Then its first run was taken instead of some earlier slots.
bool has_later_slot(const SlotClaim& claim) {
  return !claim.slots.empty() && std::ranges::any_of(claim.slots, [](const PlannedSlot& slot) {
    return slot.kind == SkipKind::kLaterSlot;
  });
}

Result<void> load_tasks_of(Connection& connection, ClaimedQueue& queue) {
  std::vector<std::int64_t> ids;
  for (const ClaimedRun& claimed : queue.runs) ids.push_back(claimed.run.task_id.value);
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const std::int64_t id : ids) {
    auto view = find_task(connection, TaskId{id});
    if (view) queue.tasks.push_back(std::move(view->task));
    if (!view && view.error().code != ErrorCode::kNotFound) return fail(view.error());
  }
  return {};
}

}  // namespace

Result<std::vector<ClaimedRun>> claim(Connection& connection, NodeId node,
                                      std::span<const SlotClaim> claims, Instant now) {
  std::vector<ClaimedRun> claimed;
  claimed.reserve(claims.size());
  std::vector<NewSlot> slots;
  slots.reserve(claims.size());
  auto update = connection.prepare(kAdvance);
  if (!update) return fail(update.error());
  for (const SlotClaim& one : claims) {
    auto done = take(connection, *update, node, one, now, slots, claimed);
    if (!done) return fail(done.error());
  }
  auto held = find_held(connection, slots);
  if (!held) return fail(held.error());
  const auto ids = insert_slots(connection, node, slots);
  if (!ids) return fail(ids.error());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto& id = (*ids)[i];
    if (!id) continue;
    if (has_later_slot(*slots[i].claim)) {
      auto named = name_later_run(connection, *slots[i].claim, *id);
      if (!named) return fail(named.error());
    }
    ClaimedRun& run = claimed.emplace_back(claimed_run(node, slots[i], *id));
    const auto [before, first] = held->try_emplace(run.run.task_id.value, *id);
    if (first) continue;
    run.predecessor = std::exchange(before->second, *id);
  }
  return claimed;
}

Result<ClaimedQueue> claim_from_queue(Connection& connection, NodeId node, Instant until,
                                      std::size_t limit) {
  auto update = connection.prepare(
      "UPDATE run SET status = 'claimed', node_id = ?, fence = fence + 1 WHERE id IN ("
      " SELECT id FROM run WHERE status = 'queued' AND available_at <= ?"
      " ORDER BY priority, available_at, id LIMIT ?) RETURNING " ROTA_RUN_COLUMNS);
  if (!update) return fail(update.error());
  update->bind(node.value).bind(until).bind(static_cast<std::int64_t>(limit));
  auto runs = read_runs(*update);
  if (!runs) return fail(runs.error());
  std::ranges::sort(*runs, [](const Run& a, const Run& b) {
    return std::tie(a.priority, a.available_at, a.id) < std::tie(b.priority, b.available_at, b.id);
  });
  ClaimedQueue queue;
  for (Run& run : *runs) {
    auto before = find_predecessor(connection, run.task_id, run.id);
    if (!before) return fail(before.error());
    queue.runs.push_back({std::move(run), *before});
  }
  if (auto loaded = load_tasks_of(connection, queue); !loaded) return fail(loaded.error());
  return queue;
}

Result<void> give_back(Connection& connection, NodeId node, std::span<const RunKey> runs) {
  auto update = connection.prepare(
      "UPDATE run SET status = 'queued', node_id = NULL, fence = fence + 1"
      " WHERE id = ? AND fence = ? AND node_id = ? AND status = 'claimed'");
  if (!update) return fail(update.error());
  for (const RunKey& key : runs) {
    const auto done = update->bind(key.id.value).bind(key.fence).bind(node.value).run();
    if (!done) return done;
  }
  return {};
}

Result<void> remove_claimed(Connection& connection, NodeId node, std::span<const RunKey> runs) {
  auto remove = connection.prepare(
      "DELETE FROM run WHERE id = ? AND fence = ? AND node_id = ? AND status = 'claimed'");
  if (!remove) return fail(remove.error());
  for (const RunKey& key : runs) {
    const auto done = remove->bind(key.id.value).bind(key.fence).bind(node.value).run();
    if (!done) return done;
  }
  return {};
}

Result<std::vector<RunId>> mark_running(Connection& connection, NodeId node,
                                        std::span<const StartMark> marks) {
  auto update = connection.prepare(
      "UPDATE run SET status = 'running', started_at = ?"
      " WHERE id = ? AND fence = ? AND node_id = ? AND status IN ('claimed', 'running')");
  if (!update) return fail(update.error());
  std::vector<RunId> marked;
  for (const StartMark& mark : marks) {
    const auto done = update->bind(mark.started_at)
                          .bind(mark.key.id.value)
                          .bind(mark.key.fence)
                          .bind(node.value)
                          .run();
    if (!done) return fail(done.error());
    if (connection.changes() == 1) marked.push_back(mark.key.id);
  }
  return marked;
}

}  // namespace rota::store
