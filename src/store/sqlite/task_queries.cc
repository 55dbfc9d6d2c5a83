// Lists of tasks: search, filters, order and a cursor that names the last row of the page before
// (its ordering value and id), so that page 10,000 costs what page 1 costs. Every order follows an
// index.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "store/cursor.h"
#include "store/sqlite/task_rows.h"
#include "store/sqlite/task_search.h"

namespace rota::store {
namespace {

constexpr std::size_t kPageMax = 1000;
/// Beyond this many, how many match is not counted (unless all tasks do).
constexpr std::int64_t kCountMax = TaskSearch::kFoundMax;
/// Of a type that fewer tasks have, all are sorted.
constexpr std::int64_t kCommonMin = 2000;

/// What a list is sorted by. Rows that have no such value are a part of the list of their own,
/// sorted by id: the second, in both directions; only tasks without failures come first when the
/// count of failures goes up.
struct SortKey {
  std::string_view column;
  bool is_text = false;
  std::string_view has_value = {};  ///< Condition of the one part; empty: there is only one.
  std::string_view has_no_value = {};
};

SortKey key_of(TaskOrder order) {
  switch (order) {
    case TaskOrder::kName:
      return {"task.name", true};
    case TaskOrder::kType:
      return {"task.type", true};
    case TaskOrder::kPriority:
      return {"task.priority"};
    case TaskOrder::kNextScheduled:
      return {"execution.next_scheduled_at", false, "execution.next_scheduled_at IS NOT NULL",
              "execution.next_scheduled_at IS NULL"};
    case TaskOrder::kExecuted:
      return {"execution.executed_at", false, "execution.executed_at IS NOT NULL",
              "execution.executed_at IS NULL"};
    case TaskOrder::kFailureCount:
      return {"execution.failure_count", false,
              "(execution.failure_count > 0 OR execution.schedule_error <> '')",
              "NOT (execution.failure_count > 0 OR execution.schedule_error <> '')"};
    case TaskOrder::kId:
      break;
  }
  return {"task.id"};
}

/// Where a page ended: in which part, at which id, and with what value of the sort key.
struct Position {
  int part = 0;
  bool at_start = true;
  std::int64_t id = 0;
  std::string value;
};

/// All that decides which rows stand where.
std::string list_of(const TaskQuery& query) {
  return fmt::format("tasks {} {} {} {} {} {}\n{}", static_cast<int>(query.order), query.descending,
                     query.failing_only, query.paused_only,
                     query.active ? (*query.active ? "active" : "inactive") : "all", query.type,
                     query.search);
}

/// "<part>.<id>.<value>".
std::string format_cursor(const TaskQuery& query, const Position& position) {
  return make_cursor(list_of(query),
                     fmt::format("{}.{}.{}", position.part, position.id, position.value));
}

Result<Position> parse_cursor(const TaskQuery& query) {
  Position position;
  if (query.cursor.empty()) return position;
  const auto read = read_cursor(list_of(query), query.cursor);
  if (!read) return fail(read.error());
  const std::string_view text = *read;
  const std::size_t dot = text.find('.', 2);
  if (text.size() < 4 || text[1] != '.' || (text[0] != '0' && text[0] != '1') ||
      dot == std::string_view::npos) {
    return fail(wrong_cursor());
  }
  const auto [end, problem] = std::from_chars(text.data() + 2, text.data() + dot, position.id);
  if (problem != std::errc{} || end != text.data() + dot) return fail(wrong_cursor());
  position.part = text[0] - '0';
  position.at_start = false;
  position.value = text.substr(dot + 1);
  return position;
}

/// How a list is looked for.
struct Plan {
  TaskSearch search;
  bool common_type = false;  ///< So many have the type that walking in the list's order finds them
                             ///< soon; sorting all of them would take longer.
  bool few_failing = false;  ///< They are found by their index and sorted.
};

constexpr std::string_view kFailing = "failure_count > 0 OR schedule_error <> ''";

/// ?1 is the search pattern, ?2 the type, ?6 the phrase when few tasks match it.
std::string filters(const TaskQuery& query, const Plan& plan) {
  std::string sql;
  if (plan.search.few) {
    sql += " AND task.id IN (SELECT rowid FROM task_search WHERE task_search MATCH ?6)";
  }
  if (!query.search.empty()) {
    sql +=
        " AND (task.name LIKE ?1 ESCAPE '\\' OR task.type LIKE ?1 ESCAPE '\\' "
        "OR task.tags LIKE ?1 ESCAPE '\\' OR task.description LIKE ?1 ESCAPE '\\')";
  }
  if (!query.type.empty()) sql += plan.common_type ? " AND +task.type = ?2" : " AND task.type = ?2";
  if (query.active) sql += *query.active ? " AND task.active = 1" : " AND task.active = 0";
  if (query.failing_only) {
    sql += plan.few_failing
               ? fmt::format(
                     " AND task.id IN (SELECT task_id FROM task_execution INDEXED BY"
                     " task_execution_failing WHERE {})",
                     kFailing)
               : " AND (execution.failure_count > 0 OR execution.schedule_error <> '')";
  }
  if (query.paused_only) {
    sql +=
        " AND task.paused_until IS NOT NULL"
        " AND task.paused_until > CAST(strftime('%s', 'now') AS INTEGER) * 1000000";
  }
  return sql;
}

constexpr std::string_view kFrom =
    " FROM task JOIN task_execution execution ON execution.task_id = task.id WHERE 1";

/// One part of the list, from `position` on. ?3 is its value, ?4 its id, ?5 the limit.
class PartQuery {
 public:
  PartQuery(const TaskQuery& query, const Plan& plan, const Position& position)
      : query_(query), plan_(plan), position_(position), key_(key_of(query.order)) {
    const bool values_first = query.descending || query.order != TaskOrder::kFailureCount;
    has_value_ = (position.part == 0) == values_first || key_.has_value.empty();
  }

  std::string sql() const {
    const bool by_id = !has_value_ || key_.column == "task.id";
    const std::string_view id =
        key_.column.starts_with("execution.") ? "execution.task_id" : "task.id";
    const bool down = query_.descending && has_value_;
    const std::string_view direction = down ? "DESC" : "ASC";
    const std::string_view beyond = down ? "<" : ">";
    std::string sql = fmt::format("SELECT {}, {}", kTaskColumns, kExecutionColumns);
    sql += kFrom;
    const std::string_view part = has_value_ ? key_.has_value : key_.has_no_value;
    if (!part.empty()) sql += fmt::format(" AND {}", part);
    sql += filters(query_, plan_);
    if (!position_.at_start) {
      sql += by_id ? fmt::format(" AND {} {} ?4", id, beyond)
                   : fmt::format(" AND ({}, {}) {} (?3, ?4)", key_.column, id, beyond);
    }
    sql += by_id ? fmt::format(" ORDER BY {} {}", id, direction)
                 : fmt::format(" ORDER BY {0} {2}, {1} {2}", key_.column, id, direction);
    return sql + " LIMIT ?5";
  }

  void bind(Statement& statement, std::size_t limit) const {
    statement.bind(plan_.search.pattern).bind(query_.type);
    if (key_.is_text) {
      statement.bind(position_.value);
    } else {
      std::int64_t number = 0;
      const char* end = position_.value.data() + position_.value.size();
      std::from_chars(position_.value.data(), end, number);
      statement.bind(number);
    }
    statement.bind(position_.id).bind(static_cast<std::int64_t>(limit));
    if (plan_.search.few) statement.bind(plan_.search.phrase);
  }

 private:
  const TaskQuery& query_;
  const Plan& plan_;
  const Position& position_;
  const SortKey key_;
  bool has_value_;
};

std::string value_of(const TaskView& view, TaskOrder order) {
  const auto number = [](const std::optional<Instant>& at) {
    return std::to_string(at.value_or(Instant{}).time_since_epoch().count());
  };
  switch (order) {
    case TaskOrder::kName:
      return view.task.name;
    case TaskOrder::kType:
      return view.task.type;
    case TaskOrder::kPriority:
      return std::to_string(view.task.priority);
    case TaskOrder::kNextScheduled:
      return number(view.execution.next_scheduled_at);
    case TaskOrder::kExecuted:
      return number(view.execution.executed_at);
    case TaskOrder::kFailureCount:
      return std::to_string(view.execution.failure_count);
    case TaskOrder::kId:
      break;
  }
  return {};
}

bool has_filters(const TaskQuery& query) {
  return !query.type.empty() || query.active || query.failing_only || query.paused_only;
}

Result<std::int64_t> count(Connection& connection, const TaskQuery& query, const Plan& plan) {
  if (query.search.empty() && !has_filters(query)) {
    const auto all = connection.integer("SELECT count(*) FROM task");
    if (!all) return fail(all.error());
    return all->value_or(0);
  }
  std::int64_t found = plan.search.found;
  if (plan.search.phrase.empty() || plan.search.few || has_filters(query)) {
    // How a task stands is looked up only for those who ask; an index may then answer alone.
    const std::string_view from = query.failing_only ? kFrom : " FROM task WHERE 1";
    auto select = connection.prepare_once(
        fmt::format("SELECT count(*) FROM (SELECT 1{}{} LIMIT ?5)", from, filters(query, plan)));
    if (!select) return fail(select.error());
    select->bind(plan.search.pattern).bind(query.type).bind_null().bind_null().bind(kCountMax + 1);
    if (plan.search.few) select->bind(plan.search.phrase);
    const auto row = select->step();
    if (!row) return fail(row.error());
    found = select->integer(0);
  }
  return found > kCountMax ? -1 : found;
}

/// Adds rows of one part until the page is full; then next_cursor says where it ended.
Result<void> add_part(Connection& connection, const TaskQuery& query, const Plan& plan,
                      const Position& position, std::size_t limit, Position& reached,
                      Page<TaskView>& page) {
  const PartQuery part(query, plan, position);
  auto select = connection.prepare_once(part.sql());
  if (!select) return fail(select.error());
  part.bind(*select, limit + 1 - page.rows.size());
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    if (page.rows.size() == limit) {
      page.next_cursor = format_cursor(query, reached);
      return {};
    }
    page.rows.push_back({read_task(*select, 0), read_execution(*select, kTaskColumnCount)});
    const TaskView& view = page.rows.back();
    reached = {position.part, false, view.task.id.value, value_of(view, query.order)};
  }
}

/// Whether the rows of a SELECT, up to ?1 of them, are that many.
Result<bool> are_many(Connection& connection, const std::string& select, std::string_view type) {
  auto counting =
      connection.prepare_once(fmt::format("SELECT count(*) FROM ({} LIMIT ?1)", select));
  if (!counting) return fail(counting.error());
  counting->bind(kCommonMin);
  if (!type.empty()) counting->bind(type);
  const auto row = counting->step();
  if (!row) return fail(row.error());
  return counting->integer(0) == kCommonMin;
}

Result<Plan> plan_list(Connection& connection, const TaskQuery& query) {
  auto search = plan_search(connection, query.search);
  if (!search) return fail(search.error());
  Plan plan{std::move(*search)};
  if (!query.type.empty() && query.order != TaskOrder::kType) {
    const auto many = are_many(connection, "SELECT 1 FROM task WHERE type = ?2", query.type);
    if (!many) return fail(many.error());
    plan.common_type = *many;
  }
  if (query.failing_only) {
    const auto many = are_many(
        connection,
        fmt::format("SELECT 1 FROM task_execution INDEXED BY task_execution_failing WHERE {}",
                    kFailing),
        {});
    if (!many) return fail(many.error());
    plan.few_failing = !*many;
  }
  return plan;
}

}  // namespace

Result<Page<TaskView>> query_tasks(Connection& connection, const TaskQuery& query) {
  auto position = parse_cursor(query);
  if (!position) return fail(position.error());
  auto plan = plan_list(connection, query);
  if (!plan) return fail(plan.error());
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kPageMax);
  const int last_part = key_of(query.order).has_value.empty() ? 0 : 1;
  Page<TaskView> page;
  Position reached;
  for (int part = std::min(position->part, last_part); part <= last_part; ++part) {
    if (part != position->part) *position = Position{.part = part};
    auto added = add_part(connection, query, *plan, *position, limit, reached, page);
    if (!added) return fail(added.error());
    if (!page.next_cursor.empty()) break;
  }
  if (query.cursor.empty() && page.next_cursor.empty()) {
    page.total = static_cast<std::int64_t>(page.rows.size());
    return page;
  }
  plan->common_type = false;  // to be counted, an index on the type is best
  const auto total = count(connection, query, *plan);
  if (!total) return fail(total.error());
  page.total = *total;
  return page;
}

}  // namespace rota::store
