#include "store/sqlite/slot_rows.h"

#include <fmt/format.h>

#include <set>

#include "model/names.h"
#include "store/sqlite/repeated.h"

namespace rota::store {
namespace {

constexpr std::size_t kFew = 4;
/// Fewer tasks than this are looked up one by one.
constexpr std::size_t kTogetherLeast = 6;

const char* insert_sql(std::size_t count) {
  constexpr std::string_view kInsert =
      "INSERT INTO run (task_id, task_version, scheduled_for, cause, status, reason, priority,"
      " available_at, node_id, fence) VALUES {} ON CONFLICT DO NOTHING";
  constexpr std::string_view kRow = "(?, ?, ?, ?, 'claimed', ?, ?, ?, ?, 1)";
  static const std::string one = fmt::format(kInsert, kRow);
  static const std::string few = fmt::format(kInsert, repeated(kRow, kFew));
  static const std::string all = fmt::format(kInsert, repeated(kRow, kTogether));
  return count == kTogether ? all.c_str() : count == kFew ? few.c_str() : one.c_str();
}

const char* held_sql(bool many) {
  // The index is named, since the planner would rather walk the task's whole history.
  constexpr std::string_view kSelect =
      "SELECT task_id, max(id) FROM run INDEXED BY run_held"
      " WHERE task_id IN ({}) AND status IN ('claimed', 'running') GROUP BY task_id";
  static const std::string one = fmt::format(kSelect, "?");
  static const std::string all = fmt::format(kSelect, repeated("?", kTogether));
  return many ? all.c_str() : one.c_str();
}

void bind(Statement& insert, NodeId node, const NewSlot& one) {
  const PlannedSlot& slot = *one.slot;
  insert.bind(one.claim->task_id.value)
      .bind(one.claim->task_version)
      .bind(slot.at)
      .bind(model::to_word(slot.cause))
      .bind(slot.reason)
      .bind(one.claim->priority)
      .bind(slot.at)
      .bind(node.value);
}

// Some of a statement's slots had runs before: which ones, their rows tell.
Result<void> look_up(Connection& connection, std::span<const NewSlot> slots, std::int64_t before,
                     std::vector<std::optional<RunId>>& ids) {
  auto select = connection.prepare(
      "SELECT id FROM run WHERE scheduled_for = ? AND task_id = ?"
      " AND cause IN ('schedule', 'catch_up')");
  if (!select) return fail(select.error());
  std::set<std::int64_t> taken;
  for (const NewSlot& one : slots) {
    const auto row = select->again().bind(one.slot->at).bind(one.claim->task_id.value).step();
    if (!row) return fail(row.error());
    const std::int64_t id = *row ? select->integer(0) : 0;
    const bool is_new = id > before && taken.insert(id).second;
    ids.push_back(is_new ? std::optional(RunId{id}) : std::nullopt);
  }
  return {};
}

Result<void> insert_some(Connection& connection, NodeId node, std::span<const NewSlot> slots,
                         std::int64_t before, std::vector<std::optional<RunId>>& ids) {
  auto insert = connection.prepare(insert_sql(slots.size()));
  if (!insert) return fail(insert.error());
  for (const NewSlot& one : slots) bind(*insert, node, one);
  if (auto done = insert->run(); !done) return done;
  const auto count = static_cast<std::int64_t>(slots.size());
  if (connection.changes() != count) return look_up(connection, slots, before, ids);
  const std::int64_t first = connection.last_insert_id() - count + 1;
  for (std::int64_t i = 0; i < count; ++i) ids.emplace_back(RunId{first + i});
  return {};
}

using HeldRuns = std::unordered_map<std::int64_t, RunId>;

/// Reads what all tasks hold; none when that is `most` or more.
Result<std::optional<HeldRuns>> read_all_held(Connection& connection, std::size_t most) {
  auto select = connection.prepare(
      "SELECT task_id, max(id) FROM run INDEXED BY run_held"
      " WHERE status IN ('claimed', 'running') GROUP BY task_id LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(static_cast<std::int64_t>(most));
  HeldRuns held;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    held.emplace(select->integer(0), RunId{select->integer(1)});
  }
  return held.size() < most ? std::optional(std::move(held)) : std::nullopt;
}

}  // namespace

Statement& bind_kind(Statement& to, SkipKind kind) {
  if (kind == SkipKind::kNone) return to.bind_null();
  return to.bind(model::to_word(kind));
}

Result<std::vector<std::optional<RunId>>> insert_slots(Connection& connection, NodeId node,
                                                       std::span<const NewSlot> slots) {
  std::vector<std::optional<RunId>> ids;
  ids.reserve(slots.size());
  const auto before = connection.integer("SELECT max(id) FROM run");
  if (!before) return fail(before.error());
  while (!slots.empty()) {
    const std::size_t count = slots.size() >= kTogether ? kTogether
                              : slots.size() >= kFew    ? kFew
                                                        : 1;
    auto done = insert_some(connection, node, slots.first(count), before->value_or(0), ids);
    if (!done) return fail(done.error());
    slots = slots.subspan(count);
  }
  return ids;
}

Result<void> insert_skips(Connection& connection, NodeId node, const SlotClaim& claim,
                          Instant now) {
  auto insert = connection.prepare(
      "INSERT INTO run (task_id, task_version, scheduled_for, cause, status, reason, priority,"
      " available_at, node_id, fence, finished_at, skip_kind)"
      " VALUES (?1, ?2, ?3, ?4, 'skipped', ?5, ?6, ?3, ?7, 1, ?8, ?9) ON CONFLICT DO NOTHING");
  if (!insert) return fail(insert.error());
  for (const PlannedSlot& slot : claim.slots) {
    if (!slot.skip) continue;
    insert->bind(claim.task_id.value)
        .bind(claim.task_version)
        .bind(slot.at)
        .bind(model::to_word(slot.cause))
        .bind(slot.reason)
        .bind(claim.priority)
        .bind(node.value)
        .bind(now);
    bind_kind(*insert, slot.kind);
    if (auto done = insert->run(); !done) return done;
  }
  return {};
}

Result<void> name_later_run(Connection& connection, const SlotClaim& claim, RunId run) {
  auto update = connection.prepare(
      "UPDATE run SET made_up_by = ? WHERE scheduled_for = ? AND task_id = ?"
      " AND cause IN ('schedule', 'catch_up') AND skip_kind = 'later_slot'"
      " AND made_up_by IS NULL");
  if (!update) return fail(update.error());
  for (const PlannedSlot& slot : claim.slots) {
    if (slot.kind != SkipKind::kLaterSlot) continue;
    const auto done = update->bind(run.value).bind(slot.at).bind(claim.task_id.value).run();
    if (!done) return done;
  }
  return {};
}

Result<std::unordered_map<std::int64_t, RunId>> find_held(Connection& connection,
                                                          std::span<const NewSlot> slots) {
  // Mostly little is held: then one look over all of it costs less than one for each task.
  if (slots.size() >= kTogetherLeast) {
    auto all = read_all_held(connection, slots.size());
    if (!all) return fail(all.error());
    if (*all) return std::move(**all);
  }
  HeldRuns held;
  while (!slots.empty()) {
    const bool many = slots.size() >= kTogetherLeast;
    const std::size_t count = many ? std::min(slots.size(), kTogether) : 1;
    auto select = connection.prepare(held_sql(many));
    if (!select) return fail(select.error());
    for (const NewSlot& one : slots.first(count)) select->bind(one.claim->task_id.value);
    for (std::size_t i = count; many && i < kTogether; ++i) select->bind_null();
    for (;;) {
      const auto row = select->step();
      if (!row) return fail(row.error());
      if (!*row) break;
      held[select->integer(0)] = RunId{select->integer(1)};
    }
    slots = slots.subspan(count);
  }
  return held;
}

}  // namespace rota::store
