// From changed calendars to the tasks that follow them. The tasks are found by a partial index that
// holds only those a calendar has a say in, so the cost does not grow with all the others.
#include <algorithm>

#include "store/sqlite/calendar_rows.h"

namespace rota::store {
namespace {

constexpr std::int64_t kChangesKept = 10'000;

#define ROTA_MARKED_SO_FAR                                     \
  "coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE" \
  " name = 'calendar_changes_marked'), 0)"

// Those that changed, and those standing on them. UNION ends where somebody made a loop.
Result<std::vector<CalendarId>> changed_calendars(Connection& connection) {
  auto select = connection.prepare(
      "WITH RECURSIVE touched (id) AS ("
      " SELECT calendar_id FROM calendar_change WHERE seq > " ROTA_MARKED_SO_FAR
      " UNION SELECT calendar.id FROM touched"
      "  JOIN calendar ON calendar.parent_id IS NOT NULL AND calendar.parent_id = touched.id)"
      " SELECT id FROM touched ORDER BY id");
  if (!select) return fail(select.error());
  std::vector<CalendarId> calendars;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return calendars;
    calendars.push_back(CalendarId{select->integer(0)});
  }
}

// The condition on task is that of its index task_of_working_days, word for word.
Result<std::int64_t> mark_tasks(Connection& connection, std::optional<CalendarId> calendar) {
  auto update = connection.prepare(
      "UPDATE task_execution SET replan = 1 WHERE replan = 0 AND task_id IN ("
      " SELECT id FROM task WHERE calendar_id IS ? AND active = 1"
      "  AND (working_days_only = 1 OR schedule GLOB '*[Ww]*'))");
  if (!update) return fail(update.error());
  const auto id = calendar ? std::optional(calendar->value) : std::nullopt;
  if (auto done = update->bind(id).run(); !done) return fail(done.error());
  return connection.changes();
}

Result<void> remember(Connection& connection, std::int64_t seq) {
  auto save = connection.prepare(
      "INSERT INTO setting (name, value) VALUES ('calendar_changes_marked', CAST(? AS TEXT))"
      " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  if (!save) return fail(save.error());
  return save->bind(seq).run();
}

}  // namespace

Result<bool> has_unmarked_changes(Connection& connection) {
  const auto more = connection.integer("SELECT coalesce(max(seq), 0) > " ROTA_MARKED_SO_FAR
                                       " FROM calendar_change");
  if (!more) return fail(more.error());
  return more->value_or(0) != 0;
}

Result<std::int64_t> last_calendar_change(Connection& connection) {
  const auto last = connection.integer("SELECT coalesce(max(seq), 0) FROM calendar_change");
  if (!last) return fail(last.error());
  return last->value_or(0);
}

Result<CalendarMarks> mark_changes(Connection& connection) {
  CalendarMarks marks;
  const auto seq = last_calendar_change(connection);
  if (!seq) return fail(seq.error());
  marks.seq = *seq;
  auto calendars = changed_calendars(connection);
  if (!calendars) return fail(calendars.error());
  marks.calendars = std::move(*calendars);
  if (marks.calendars.empty()) return marks;
  std::vector<std::optional<CalendarId>> followed(marks.calendars.begin(), marks.calendars.end());
  const auto chosen = find_default(connection);
  if (!chosen && chosen.error().code != ErrorCode::kNotFound) return fail(chosen.error());
  // Without a default those that follow it are in the wrong, and are to be told.
  if (!chosen || std::ranges::find(marks.calendars, chosen->id) != marks.calendars.end()) {
    followed.emplace_back(std::nullopt);
  }
  for (const auto& calendar : followed) {
    const auto marked = mark_tasks(connection, calendar);
    if (!marked) return fail(marked.error());
    marks.tasks += *marked;
  }
  if (auto done = remember(connection, marks.seq); !done) return fail(done.error());
  return marks;
}

Result<void> remove_old_calendar_changes(Connection& connection) {
  auto remove = connection.prepare("DELETE FROM calendar_change WHERE seq <= " ROTA_MARKED_SO_FAR
                                   " AND seq <= (SELECT max(seq) FROM calendar_change) - ?");
  if (!remove) return fail(remove.error());
  return remove->bind(kChangesKept).run();
}

}  // namespace rota::store
