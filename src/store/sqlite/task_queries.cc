// Lists of tasks: search, filters, order and a cursor that names the last row of the page before
// (its ordering value and id), so that page 10,000 costs what page 1 costs.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "store/sqlite/task_rows.h"

namespace rota::store {
namespace {

constexpr std::size_t kPageMost = 1000;
// Counting stops being instant beyond this; a page says "more than" then.
constexpr std::int64_t kCountMost = 100'000;

struct Order {
  const char* column;
  bool text;
  bool nullable;
};

Order order_of(TaskOrder order) {
  switch (order) {
    case TaskOrder::kName:
      return {"task.name", true, false};
    case TaskOrder::kType:
      return {"task.type", true, false};
    case TaskOrder::kPriority:
      return {"task.priority", false, false};
    case TaskOrder::kNextScheduled:
      return {"execution.next_scheduled_at", false, true};
    case TaskOrder::kExecuted:
      return {"execution.executed_at", false, true};
    case TaskOrder::kFailureCount:
      return {"execution.failure_count", false, true};
    default:
      return {"task.id", false, false};
  }
}

// Rows without a value stand behind all others, in both directions.
std::string order_expression(const Order& order, bool descending) {
  if (!order.nullable) return order.column;
  return fmt::format("coalesce({}, {})", order.column,
                     descending ? "-9223372036854775807" : "9223372036854775807");
}

struct Cursor {
  std::string value;
  std::int64_t id = 0;
};

std::optional<Cursor> parse_cursor(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  Cursor cursor{text.substr(colon + 1), 0};
  const char* end = text.data() + colon;
  const auto [stop, code] = std::from_chars(text.data(), end, cursor.id);
  if (code != std::errc{} || stop != end) return std::nullopt;
  return cursor;
}

std::string like_pattern(std::string_view search) {
  std::string pattern = "%";
  for (const char c : search) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

std::string conditions_of(const TaskQuery& query) {
  std::string where = "1";
  if (!query.type.empty()) where += " AND task.type = :type";
  if (query.active) where += *query.active ? " AND task.active = 1" : " AND task.active = 0";
  if (query.failing_only) {
    where +=
        " AND task.id IN (SELECT task_id FROM task_execution"
        " WHERE failure_count > 0 OR schedule_error <> '')";
  }
  if (!query.search.empty()) {
    where +=
        " AND (task.name LIKE :like ESCAPE '\\' OR task.type LIKE :like ESCAPE '\\'"
        " OR task.description LIKE :like ESCAPE '\\' OR task.tags LIKE :like ESCAPE '\\')";
  }
  return where;
}

// Named parameters are numbered by their first appearance: :type, then :like.
void bind_conditions(Statement& statement, const TaskQuery& query) {
  if (!query.type.empty()) statement.bind(query.type);
  if (!query.search.empty()) statement.bind(like_pattern(query.search));
}

Result<std::int64_t> count(Connection& connection, const TaskQuery& query) {
  auto select = connection.prepare_once(
      fmt::format("SELECT count(*) FROM (SELECT 1 FROM task WHERE {} LIMIT {})",
                  conditions_of(query), kCountMost + 1));
  if (!select) return fail(select.error());
  bind_conditions(*select, query);
  const auto row = select->step();
  if (!row) return fail(row.error());
  const std::int64_t total = select->integer(0);
  return total > kCountMost ? -1 : total;
}

}  // namespace

Result<Page<TaskView>> query_tasks(Connection& connection, const TaskQuery& query) {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kPageMost);
  const Order order = order_of(query.order);
  const std::string by = order_expression(order, query.descending);
  std::string where = conditions_of(query);
  std::optional<Cursor> cursor;
  if (!query.cursor.empty()) {
    cursor = parse_cursor(query.cursor);
    if (!cursor) {
      return fail(ErrorCode::kInvalidArgument, "the cursor is not one of this list",
                  "take next_cursor from the page before");
    }
    where += fmt::format(" AND ({}, task.id) {} ({}, ?)", by, query.descending ? "<" : ">",
                         order.text ? "?" : "CAST(? AS INTEGER)");
  }
  const char* direction = query.descending ? "DESC" : "ASC";
  auto select = connection.prepare_once(fmt::format(
      "SELECT {}, {}, {} FROM task {} task_execution execution ON execution.task_id = task.id"
      " WHERE {} ORDER BY {} {}, task.id {} LIMIT {}",
      kTaskColumns, kExecutionColumns, by, order.nullable ? "JOIN" : "LEFT JOIN", where, by,
      direction, direction, limit + 1));
  if (!select) return fail(select.error());
  bind_conditions(*select, query);
  if (cursor) select->bind(cursor->value).bind(cursor->id);
  Page<TaskView> page;
  std::string last;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    if (page.rows.size() == limit) {
      page.next_cursor = fmt::format("{}:{}", page.rows.back().task.id.value, last);
      break;
    }
    page.rows.push_back({read_task(*select, 0), read_execution(*select, kTaskColumnCount)});
    last = select->text(kTaskColumnCount + 7);
  }
  const auto total = count(connection, query);
  if (!total) return fail(total.error());
  page.total = *total;
  return page;
}

}  // namespace rota::store
