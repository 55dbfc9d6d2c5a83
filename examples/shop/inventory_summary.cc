// `inventory_summary`: what a warehouse holds and is worth, and for how long it lasts at the pace
// of the last 28 days.
#include <fmt/format.h>

#include "shop/sales_figures.h"
#include "shop/shop_handler.h"

namespace shop {
namespace {

constexpr std::int64_t kPaceDays = 28;

std::string lasts(std::int64_t quantity, std::int64_t sold) {
  if (sold == 0) return "no sales";
  return fmt::format("{} days", quantity * kPaceDays / sold);
}

class InventorySummaryTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override { return "Sums up what the warehouses hold."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "warehouse": {"type": "string", "title": "Warehouse", "default": "all",
                      "description": "Its letter, or all."},
        "includeForecasting": {"type": "boolean", "title": "Forecast", "default": false,
                               "description": "How long the stock lasts at the present pace."},
        "recipients": {"type": "array", "title": "Recipients", "items": {"type": "string"},
                       "default": [], "description": "Who is to have it, once mail is configured."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const std::string warehouse = visit.metadata.string("warehouse", "all");
    const bool forecast = visit.metadata.boolean("includeForecasting", false);
    const auto recipients = visit.metadata.strings("recipients");
    visit.check();
    const auto rows = visit.sql.rows(
        "SELECT p.category, sum(s.quantity), sum(s.quantity * p.price_cents), "
        "(SELECT coalesce(sum(l.quantity), 0) FROM order_line l JOIN orders o ON o.id = l.order_id "
        " JOIN product q ON q.id = l.product_id WHERE q.category = p.category "
        " AND o.placed_on BETWEEN date(?, '-28 days') AND date(?, '-1 days')) "
        "FROM stock s JOIN product p ON p.id = s.product_id WHERE ? IN (s.warehouse, 'all') "
        "GROUP BY p.category ORDER BY p.category",
        {visit.today, visit.today, warehouse});
    if (rows.empty()) {
      throw Failure({rota::ErrorCode::kNotFound,
                     fmt::format("the shop has no warehouse '{}'", warehouse),
                     "name one of its warehouses (A, B, C), or all",
                     std::nullopt,
                     {}});
    }
    std::string report = fmt::format("Inventory of warehouse {} on {}\n\n", warehouse, visit.today);
    std::int64_t units = 0;
    std::int64_t cents = 0;
    for (const Row& row : rows) {
      units += row.number(1);
      cents += row.number(2);
      report += fmt::format("{:<10} {:>7} units {:>14} {}\n", row.text(0), row.number(1),
                            money(row.number(2)),
                            forecast ? "  lasts " + lasts(row.number(1), row.number(3)) : "");
    }
    const auto path = visit.save(
        "reports",
        fmt::format("inventory-{}-{}.txt", warehouse == "all" ? "all" : "one", visit.today),
        report);
    return fmt::format("warehouse {}: {} units worth {}; report {}{}", warehouse, units,
                       money(cents), path, not_mailed(recipients));
  }
};

ROTA_REGISTER_TASK_HANDLER(InventorySummaryTaskHandler);

}  // namespace
}  // namespace shop
