#include "shop/sales_figures.h"

#include <fmt/format.h>

#include <cmath>

namespace shop {
namespace {

std::vector<NamedSales> named(const std::vector<Row>& rows) {
  std::vector<NamedSales> all;
  for (const Row& row : rows) all.push_back({row.text(0), row.number(1), row.number(2)});
  return all;
}

}  // namespace

std::string shift(Sql& sql, const std::string& date, const std::string& by,
                  const std::string& and_by) {
  return sql.row("SELECT date(?, ?, ?)", {date, by, and_by}).text(0);
}

Sales sales_in(Sql& sql, const Span& span) {
  const Row row = sql.row(
      "SELECT count(*), coalesce(sum(total_cents), 0) FROM orders WHERE placed_on BETWEEN ? AND ?",
      {span.from, span.to});
  return {row.number(0), row.number(1)};
}

std::vector<NamedSales> sales_by_category(Sql& sql, const Span& span) {
  return named(
      sql.rows("SELECT p.category, sum(l.quantity), sum(l.quantity * l.price_cents) AS cents "
               "FROM orders o JOIN order_line l ON l.order_id = o.id "
               "JOIN product p ON p.id = l.product_id WHERE o.placed_on BETWEEN ? AND ? "
               "GROUP BY p.category ORDER BY cents DESC, p.category",
               {span.from, span.to}));
}

std::vector<NamedSales> sales_by_product(Sql& sql, const Span& span, std::int64_t limit) {
  return named(
      sql.rows("SELECT p.name, sum(l.quantity), sum(l.quantity * l.price_cents) AS cents "
               "FROM orders o JOIN order_line l ON l.order_id = o.id "
               "JOIN product p ON p.id = l.product_id WHERE o.placed_on BETWEEN ? AND ? "
               "GROUP BY p.id ORDER BY cents DESC, p.name LIMIT ?",
               {span.from, span.to, limit}));
}

std::string change_text(std::int64_t now, std::int64_t before) {
  if (before == 0) return "no sales before";
  const double percent = 100.0 * (static_cast<double>(now) - static_cast<double>(before)) /
                         static_cast<double>(before);
  return fmt::format("{:+.0f} %", std::round(percent));
}

}  // namespace shop
