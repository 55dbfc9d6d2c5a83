// A page takes the newest slots of each table and merges them. All slots follow the index
// run_slot, those that did not run run_unrun. A task with few runs would make that a long walk: its
// runs are gathered from run_history instead, then sorted.
#include "store/sqlite/decision_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "model/names.h"
#include "model/verdict.h"
#include "store/sqlite/run_rows.h"
#include "store/sqlite/slot_history.h"

namespace rota::store {
namespace {

constexpr std::size_t kPageMost = 1000;
/// A task with more runs than this is met often enough on a walk over all.
constexpr std::int64_t kGatheredMost = 1500;
constexpr std::size_t kReasonMost = 500;

#define ROTA_SLOT_COLUMNS                                                                       \
  "task_id, scheduled_for, id, status, reason, started_at, duration_ms, skip_kind, made_up_by," \
  " (SELECT other.status FROM run other WHERE other.id = run.made_up_by)"

/// Where a page ended: the last row's slot, task and table.
struct Position {
  std::int64_t slot = 0;
  std::int64_t task = INT64_MAX;
  bool after_run = false;  ///< The run of this slot was shown, its row in `decision` was not.
};

/// Newest slot first, then the greatest task, then runs before what never became one.
std::tuple<Instant, std::int64_t, bool> order_of(const Decision& decision) {
  return {decision.first_slot, decision.task_id.value, decision.run_id.has_value()};
}

Result<Position> parse_cursor(const DecisionQuery& query, Instant now) {
  Position start;
  const Instant end = std::min(query.until.value_or(now + Duration{1}), now + Duration{1});
  start.slot = end.time_since_epoch().count();
  start.task = INT64_MIN;  // before all of that very slot: nothing at `end` itself
  if (query.cursor.empty()) return start;
  Position position;
  int after_run = 0;
  const char* at = query.cursor.data();
  const char* const stop = at + query.cursor.size();
  const auto take = [&](auto& value, bool last) {
    const auto [next, problem] = std::from_chars(at, stop, value);
    if (problem != std::errc{} || (last ? next != stop : next == stop || *next != '.'))
      return false;
    at = last ? next : next + 1;
    return true;
  };
  if (!take(position.slot, false) || !take(position.task, false) || !take(after_run, true)) {
    return fail(ErrorCode::kInvalidArgument, "the cursor is not one of this list",
                "take next_cursor from the page before");
  }
  position.after_run = after_run == 1;
  if (position.slot > start.slot) return start;
  return position;
}

std::string format_cursor(const Decision& decision) {
  return fmt::format("{}.{}.{}", decision.first_slot.time_since_epoch().count(),
                     decision.task_id.value, decision.run_id ? 1 : 0);
}

Decision read_run_decision(const Statement& row) {
  Decision decision;
  decision.task_id = TaskId{row.integer(0)};
  decision.first_slot = decision.last_slot = row.instant(1);
  decision.run_id = RunId{row.integer(2)};
  decision.status =
      model::parse_word<RunStatus>("status", row.text(3)).value_or(RunStatus::kFailed);
  decision.reason = row.text(4);
  decision.started_at = row.optional_instant(5);
  decision.duration_ms = row.optional_integer(6);
  decision.kind = read_kind(row, 7);
  if (const auto made_up = row.optional_integer(8); made_up && !row.is_null(9)) {
    decision.made_up_by = RunId{*made_up};
    decision.made_up_status =
        model::parse_word<RunStatus>("status", row.text(9)).value_or(RunStatus::kFailed);
  }
  model::judge(decision);
  return decision;
}

Decision read_range(const Statement& row) {
  Decision decision;
  decision.task_id = TaskId{row.integer(0)};
  decision.first_slot = row.instant(1);
  decision.last_slot = row.instant(2);
  decision.slots = row.integer(3);
  decision.reason = row.text(4);
  decision.kind = read_kind(row, 5);
  decision.status = RunStatus::kSkipped;
  model::judge(decision);
  return decision;
}

template <class Read>
Result<void> collect(Statement& select, Read read, std::vector<Decision>& into) {
  for (;;) {
    const auto row = select.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    into.push_back(read(select));
  }
}

/// ?1, ?2: the position; ?3: from; ?4: the task; ?5: the limit.
Statement& bind(Statement& select, const DecisionQuery& query, const Position& position,
                std::size_t limit) {
  return select.bind(position.slot)
      .bind(position.task)
      .bind(query.from.value_or(Instant::min()))
      .bind(query.task_id.value_or(TaskId{}).value)
      .bind(static_cast<std::int64_t>(limit));
}

std::string unrun_condition(const DecisionQuery& query) {
  return query.unrun_only ? " AND status IN ('skipped', 'cancelled') AND started_at IS NULL" : "";
}

Result<void> walk_runs(Connection& connection, const DecisionQuery& query, const Position& position,
                       std::size_t limit, std::vector<Decision>& into) {
  auto select = connection.prepare_once(
      fmt::format("SELECT " ROTA_SLOT_COLUMNS " FROM run INDEXED BY {}"
                  " WHERE cause IN ('schedule', 'catch_up') AND (scheduled_for, task_id) < (?1, ?2)"
                  " AND scheduled_for >= ?3{}{} ORDER BY scheduled_for DESC, task_id DESC LIMIT ?5",
                  query.unrun_only ? "run_unrun" : "run_slot",
                  query.task_id ? " AND task_id = ?4" : "", unrun_condition(query)));
  if (!select) return fail(select.error());
  bind(*select, query, position, limit);
  return collect(*select, read_run_decision, into);
}

/// The task's runs, unless there are more than kGatheredMost: nothing then.
Result<std::optional<std::vector<std::int64_t>>> ids_of(Connection& connection, TaskId task) {
  const auto ids = range_of_ids(connection);
  if (!ids) return fail(ids.error());
  auto select = connection.prepare("SELECT id FROM run INDEXED BY run_history WHERE " ROTA_RUN_BLOCK
                                   " = ? AND task_id = ? LIMIT ?");
  if (!select) return fail(select.error());
  std::vector<std::int64_t> found;
  for (std::int64_t block = block_of(ids->first); block <= block_of(ids->last); ++block) {
    select->again().bind(block).bind(task.value).bind(kGatheredMost + 1);
    for (;;) {
      const auto row = select->step();
      if (!row) return fail(row.error());
      if (!*row) break;
      found.push_back(select->integer(0));
    }
    if (found.size() > static_cast<std::size_t>(kGatheredMost)) {
      return std::optional<std::vector<std::int64_t>>{};
    }
  }
  return std::optional{std::move(found)};
}

Result<void> gather_runs(Connection& connection, const std::vector<std::int64_t>& ids,
                         const DecisionQuery& query, const Position& position, std::size_t limit,
                         std::vector<Decision>& into) {
  auto select = connection.prepare_once(
      fmt::format("SELECT " ROTA_SLOT_COLUMNS
                  " FROM run WHERE (scheduled_for, task_id) < (?1, ?2) AND scheduled_for >= ?3"
                  " AND cause IN ('schedule', 'catch_up'){} AND id = ?6 AND task_id = ?4 LIMIT ?5",
                  unrun_condition(query)));
  if (!select) return fail(select.error());
  for (const std::int64_t id : ids) {
    bind(select->again(), query, position, 1).bind(id);
    if (auto done = collect(*select, read_run_decision, into); !done) return done;
  }
  const auto middle = into.begin() + static_cast<std::ptrdiff_t>(std::min(limit, into.size()));
  std::partial_sort(into.begin(), middle, into.end(),
                    [](const Decision& a, const Decision& b) { return order_of(a) > order_of(b); });
  into.erase(middle, into.end());
  return {};
}

Result<void> add_runs(Connection& connection, const DecisionQuery& query, const Position& position,
                      std::size_t limit, std::vector<Decision>& into) {
  if (!query.task_id) return walk_runs(connection, query, position, limit, into);
  const auto ids = ids_of(connection, *query.task_id);
  if (!ids) return fail(ids.error());
  if (*ids) return gather_runs(connection, **ids, query, position, limit, into);
  return walk_runs(connection, query, position, limit, into);
}

Result<void> add_ranges(Connection& connection, const DecisionQuery& query,
                        const Position& position, std::size_t limit, std::vector<Decision>& into) {
  const std::string_view beyond = position.after_run ? "<=" : "<";
  auto select = connection.prepare_once(
      fmt::format("SELECT task_id, first_slot, last_slot, slots, reason, kind FROM decision {}"
                  " WHERE (first_slot, task_id) {} (?1, ?2) AND first_slot >= ?3{}"
                  " ORDER BY first_slot DESC, task_id DESC LIMIT ?5",
                  query.task_id ? "" : "INDEXED BY decision_by_slot", beyond,
                  query.task_id ? " AND task_id = ?4" : ""));
  if (!select) return fail(select.error());
  bind(*select, query, position, limit);
  return collect(*select, read_range, into);
}

std::vector<Decision> merged(std::vector<Decision> a, std::vector<Decision> b) {
  if (b.empty()) return a;
  std::vector<Decision> all;
  all.reserve(a.size() + b.size());
  std::ranges::merge(a, b, std::back_inserter(all), std::ranges::greater{}, order_of, order_of);
  return all;
}

}  // namespace

Result<std::optional<Decision>> find_slot_decision(Connection& connection, RunId run) {
  auto select = connection.prepare("SELECT " ROTA_SLOT_COLUMNS
                                   " FROM run WHERE id = ? AND cause IN ('schedule', 'catch_up')"
                                   " AND status NOT IN ('queued', 'claimed', 'running')");
  if (!select) return fail(select.error());
  const auto row = select->bind(run.value).step();
  if (!row) return fail(row.error());
  return *row ? std::optional(read_run_decision(*select)) : std::nullopt;
}

Result<void> insert_skipped(Connection& connection, TaskId task,
                            std::span<const SkippedRange> ranges) {
  if (ranges.empty()) return {};
  auto insert = connection.prepare(
      "INSERT INTO decision (task_id, first_slot, last_slot, slots, kind, reason)"
      " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  if (!insert) return fail(insert.error());
  for (const SkippedRange& range : ranges) {
    const auto done = insert->bind(task.value)
                          .bind(range.first)
                          .bind(range.last)
                          .bind(range.slots)
                          .bind(model::to_word(range.kind))
                          .bind(std::string_view(range.reason).substr(0, kReasonMost))
                          .run();
    if (!done) return done;
  }
  return {};
}

Result<void> replace_skipped(Connection& connection, TaskId task,
                             std::span<const SkippedRange> ranges, Instant now) {
  auto forget = connection.prepare("DELETE FROM decision WHERE task_id = ? AND first_slot > ?");
  if (!forget) return fail(forget.error());
  if (auto done = forget->bind(task.value).bind(now).run(); !done) return done;
  return insert_skipped(connection, task, ranges);
}

Result<Page<Decision>> query_decisions(Connection& connection, const DecisionQuery& query,
                                       Instant now) {
  const auto position = parse_cursor(query, now);
  if (!position) return fail(position.error());
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kPageMost);
  std::vector<Decision> runs;
  if (auto done = add_runs(connection, query, *position, limit + 1, runs); !done) {
    return fail(done.error());
  }
  std::vector<Decision> ranges;
  if (auto done = add_ranges(connection, query, *position, limit + 1, ranges); !done) {
    return fail(done.error());
  }
  auto packed = query_history(connection, query, {position->slot, position->task}, limit + 1);
  if (!packed) return fail(packed.error());
  runs = merged(std::move(runs), std::move(*packed));
  Page<Decision> page{{}, {}, -1};
  std::ranges::merge(runs, ranges, std::back_inserter(page.rows), std::ranges::greater{}, order_of,
                     order_of);
  if (page.rows.size() > limit) {
    page.rows.resize(limit);
    page.next_cursor = format_cursor(page.rows.back());
  }
  return page;
}

Result<void> remove_decisions(Connection& connection, TaskId task) {
  auto remove = connection.prepare("DELETE FROM decision WHERE task_id = ?");
  if (!remove) return fail(remove.error());
  if (auto done = remove->bind(task.value).run(); !done) return done;
  return forget_history(connection, task);
}

Result<std::size_t> remove_old_decisions(Connection& connection, Instant before,
                                         std::size_t limit) {
  auto remove = connection.prepare(
      "DELETE FROM decision WHERE (task_id, first_slot) IN (SELECT task_id, first_slot"
      " FROM decision WHERE first_slot < ? ORDER BY first_slot LIMIT ?)");
  if (!remove) return fail(remove.error());
  remove->bind(before).bind(static_cast<std::int64_t>(limit));
  if (auto done = remove->run(); !done) return fail(done.error());
  return static_cast<std::size_t>(connection.changes());
}

}  // namespace rota::store
