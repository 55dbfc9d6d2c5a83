// Sales of a span of days, as three of the reports need them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shop/sql.h"

namespace shop {

/// Both dates belong to the span.
struct Span {
  std::string from;
  std::string to;
};

struct Sales {
  std::int64_t orders = 0;
  std::int64_t cents = 0;
};

struct NamedSales {
  std::string name;
  std::int64_t units = 0;
  std::int64_t cents = 0;
};

/// A date moved by SQLite's modifiers: shift("2026-11-23", "-7 days").
std::string shift(Sql& sql, const std::string& date, const std::string& by,
                  const std::string& and_by = "+0 days");

Sales sales_in(Sql& sql, const Span& span);
/// Most revenue first.
std::vector<NamedSales> sales_by_category(Sql& sql, const Span& span);
std::vector<NamedSales> sales_by_product(Sql& sql, const Span& span, std::int64_t limit);

/// "+4 %", "-12 %", "no sales before".
std::string change_text(std::int64_t now, std::int64_t before);

}  // namespace shop
