#include "store/sqlite/slot_history.h"

#include <algorithm>
#include <tuple>

#include "base/time_math.h"
#include "model/slot_pack.h"

namespace rota::store {
namespace {

/// Pieces looked through for one page over all tasks.
constexpr std::size_t kPiecesMax = 20'000;

struct Piece {
  std::int64_t id = 0;
  Instant next_first = Instant::max();  ///< Where the task's following piece begins.
  std::vector<Decision> slots;
};

bool by_slot(const Decision& a, const Decision& b) { return a.first_slot < b.first_slot; }

Result<Instant> first_after(Connection& connection, TaskId task, Instant slot) {
  auto select = connection.prepare(
      "SELECT min(first_slot) FROM slot_history WHERE task_id = ? AND first_slot > ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(task.value).bind(slot).step();
  if (!row) return fail(row.error());
  return select->optional_instant(0).value_or(Instant::max());
}

/// The piece that a slot belongs to, or an empty one. One that cannot be read is left alone.
Result<Piece> find_piece(Connection& connection, TaskId task, Instant slot) {
  Piece piece;
  const auto next = first_after(connection, task, slot);
  if (!next) return fail(next.error());
  piece.next_first = *next;
  auto select = connection.prepare(
      "SELECT id, packed FROM slot_history WHERE task_id = ? AND first_slot <= ?"
      " ORDER BY first_slot DESC LIMIT 1");
  if (!select) return fail(select.error());
  const auto row = select->bind(task.value).bind(slot).step();
  if (!row) return fail(row.error());
  if (!*row) return piece;
  auto slots = model::unpack_slots(task, select->view(1));
  if (!slots || slots->empty()) return piece;
  const bool full = slots->size() >= model::kPackedSlotsMax && slots->back().first_slot < slot;
  const bool far = base::between(slots->front().first_slot, slot) > model::kPackedSpanMax;
  if (full || far) return piece;
  piece.id = select->integer(0);
  piece.slots = std::move(*slots);
  return piece;
}

Result<void> insert_piece(Connection& connection, std::span<const Decision> slots) {
  auto insert = connection.prepare(
      "INSERT INTO slot_history (task_id, first_slot, last_slot, slots, packed)"
      " VALUES (?, ?, ?, ?, ?) ON CONFLICT (task_id, first_slot) DO UPDATE SET"
      " last_slot = excluded.last_slot, slots = excluded.slots, packed = excluded.packed");
  if (!insert) return fail(insert.error());
  const std::string packed = model::pack_slots(slots);
  return insert->bind(slots.front().task_id.value)
      .bind(slots.front().first_slot)
      .bind(slots.back().first_slot)
      .bind(static_cast<std::int64_t>(slots.size()))
      .bind_blob(packed)
      .run();
}

Result<void> write_piece(Connection& connection, const Piece& piece) {
  if (piece.id != 0) {
    auto remove = connection.prepare("DELETE FROM slot_history WHERE id = ?");
    if (!remove) return fail(remove.error());
    if (auto done = remove->bind(piece.id).run(); !done) return done;
  }
  std::span<const Decision> left(piece.slots);
  while (!left.empty()) {
    std::size_t count = 1;
    while (count < left.size() && count < model::kPackedSlotsMax &&
           left[count].first_slot - left[0].first_slot <= model::kPackedSpanMax) {
      ++count;
    }
    if (auto done = insert_piece(connection, left.first(count)); !done) return done;
    left = left.subspan(count);
  }
  return {};
}

/// The first of these slots, of one task and in order, and those that belong to the same piece;
/// returns how many.
Result<std::size_t> add_some(Connection& connection, std::span<const Decision> slots) {
  auto piece = find_piece(connection, slots[0].task_id, slots[0].first_slot);
  if (!piece) return fail(piece.error());
  std::size_t count = 0;
  while (count < slots.size() && slots[count].first_slot < piece->next_first) ++count;
  std::vector<Decision> merged;
  const auto added = slots.first(count);
  std::ranges::merge(added, piece->slots, std::back_inserter(merged), by_slot);
  // Of two of the same slot the added one comes first and stays.
  merged.erase(std::unique(merged.begin(), merged.end(),
                           [](const Decision& a, const Decision& b) {
                             return a.first_slot == b.first_slot;
                           }),
               merged.end());
  piece->slots = std::move(merged);
  if (auto done = write_piece(connection, *piece); !done) return fail(done.error());
  return count;
}

bool is_wanted(const Decision& slot, const DecisionQuery& query, const HistoryPosition& position) {
  const std::int64_t at = slot.first_slot.time_since_epoch().count();
  if (std::tie(at, slot.task_id.value) >= std::tie(position.slot, position.task)) return false;
  if (query.from && slot.first_slot < *query.from) return false;
  const bool unrun = slot.verdict == Verdict::kSkipped || slot.verdict == Verdict::kMissed;
  return !query.unrun_only || unrun;
}

bool is_newer(const Decision& a, const Decision& b) {
  return std::tie(a.first_slot, a.task_id) > std::tie(b.first_slot, b.task_id);
}

/// Newest first; a piece that cannot be read is passed over.
void collect(TaskId task, std::string_view packed, const DecisionQuery& query,
             const HistoryPosition& position, std::vector<Decision>& into) {
  auto slots = model::unpack_slots(task, packed);
  if (!slots) return;
  for (auto slot = slots->rbegin(); slot != slots->rend(); ++slot) {
    if (is_wanted(*slot, query, position)) into.push_back(std::move(*slot));
  }
}

Result<std::vector<Decision>> history_of_task(Connection& connection, const DecisionQuery& query,
                                              const HistoryPosition& position, std::size_t limit) {
  auto select = connection.prepare(
      "SELECT task_id, packed FROM slot_history WHERE task_id = ? AND first_slot <= ?"
      " AND last_slot >= ? ORDER BY first_slot DESC");
  if (!select) return fail(select.error());
  select->bind(query.task_id->value).bind(position.slot).bind(query.from.value_or(Instant::min()));
  std::vector<Decision> found;
  while (found.size() < limit) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    collect(TaskId{select->integer(0)}, select->view(1), query, position, found);
  }
  if (found.size() > limit) found.resize(limit);
  return found;
}

Error too_many_pieces() {
  return Error{ErrorCode::kLimitExceeded,
               "the histories of too many tasks lie there",
               "name a task, or a shorter stretch of time",
               std::nullopt,
               {}};
}

Result<std::vector<Decision>> history_of_all(Connection& connection, const DecisionQuery& query,
                                             const HistoryPosition& position, std::size_t limit) {
  auto select = connection.prepare(
      "SELECT task_id, packed, last_slot FROM slot_history INDEXED BY slot_history_by_time"
      " WHERE last_slot <= ?1 AND last_slot >= ?2 AND first_slot <= ?3 ORDER BY last_slot DESC");
  if (!select) return fail(select.error());
  const Instant before{Duration{position.slot}};
  select->bind(base::later(before, model::kPackedSpanMax))
      .bind(query.from.value_or(Instant::min()))
      .bind(before);
  std::vector<Decision> found;
  for (std::size_t pieces = 0;; ++pieces) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return found;
    const bool enough = found.size() >= limit && found.back().first_slot > select->instant(2);
    if (enough) return found;
    if (pieces == kPiecesMax) return fail(too_many_pieces());
    collect(TaskId{select->integer(0)}, select->view(1), query, position, found);
    std::ranges::sort(found, is_newer);
    if (found.size() > limit) found.resize(limit);
  }
}

}  // namespace

Result<void> add_history(Connection& connection, std::vector<Decision> slots) {
  std::ranges::stable_sort(slots, [](const Decision& a, const Decision& b) {
    return std::tie(a.task_id, a.first_slot) < std::tie(b.task_id, b.first_slot);
  });
  std::span<const Decision> left(slots);
  while (!left.empty()) {
    std::size_t of_task = 1;
    while (of_task < left.size() && left[of_task].task_id == left[0].task_id) ++of_task;
    const auto added = add_some(connection, left.first(of_task));
    if (!added) return fail(added.error());
    left = left.subspan(*added);
  }
  return {};
}

Result<std::vector<Decision>> query_history(Connection& connection, const DecisionQuery& query,
                                            const HistoryPosition& position, std::size_t limit) {
  return query.task_id ? history_of_task(connection, query, position, limit)
                       : history_of_all(connection, query, position, limit);
}

Result<std::size_t> remove_old_history(Connection& connection, Instant before, std::size_t limit) {
  std::size_t removed = 0;
  for (const char* sql :
       {"DELETE FROM slot_history WHERE id IN (SELECT id FROM slot_history"
        " INDEXED BY slot_history_by_time WHERE last_slot < ? ORDER BY last_slot LIMIT ?)",
        "DELETE FROM removed_task WHERE task_id IN (SELECT task_id FROM removed_task"
        " WHERE removed_at < ? LIMIT ?)"}) {
    auto remove = connection.prepare(sql);
    if (!remove) return fail(remove.error());
    if (auto done = remove->bind(before).bind(static_cast<std::int64_t>(limit)).run(); !done) {
      return fail(done.error());
    }
    removed += static_cast<std::size_t>(connection.changes());
  }
  return removed;
}

Result<void> forget_history(Connection& connection, TaskId task) {
  auto remove = connection.prepare("DELETE FROM slot_history WHERE task_id = ?");
  if (!remove) return fail(remove.error());
  return remove->bind(task.value).run();
}

}  // namespace rota::store
