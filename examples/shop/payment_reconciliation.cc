// `payment_reconciliation`: compares what was ordered with what the providers paid.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "shop/sales_figures.h"
#include "shop/shop_handler.h"

namespace shop {
namespace {

class PaymentReconciliationTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override {
    return "Compares orders with the payments received.";
  }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "paymentProviders": {"type": "array", "title": "Providers", "items": {"type": "string"},
                             "default": [], "description": "None listed: all of them."},
        "tolerance": {"type": "number", "title": "Tolerance", "minimum": 0, "default": 0.01,
                      "description": "A difference up to this is none."},
        "days": {"type": "integer", "title": "Days", "minimum": 1, "maximum": 366, "default": 7,
                 "description": "Days before the date the run is for."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const auto providers = visit.metadata.strings("paymentProviders");
    const double tolerance = visit.metadata.number("tolerance", 0.01);
    const auto days = visit.metadata.integer("days", 7, 1, 366);
    if (!(tolerance >= 0 && tolerance < 1e9))
      visit.metadata.complain("tolerance", "must be 0 or more");
    visit.check();
    const auto cents_allowed = static_cast<std::int64_t>(std::llround(tolerance * 100));
    const auto rows = visit.sql.rows(
        "SELECT o.id, o.provider, o.total_cents, (SELECT coalesce(sum(p.amount_cents), 0) "
        "FROM payment p WHERE p.order_id = o.id AND p.provider = o.provider) FROM orders o "
        "WHERE o.placed_on BETWEEN date(?, ?) AND date(?, '-1 days') ORDER BY o.id",
        {visit.today, fmt::format("-{} days", days), visit.today});
    std::int64_t compared = 0;
    std::int64_t differ = 0;
    std::string report;
    for (const Row& row : rows) {
      const bool wanted = providers.empty() || std::find(providers.begin(), providers.end(),
                                                         row.text(1)) != providers.end();
      if (!wanted) continue;
      ++compared;
      const std::int64_t difference = row.number(3) - row.number(2);
      if (std::llabs(difference) <= cents_allowed) continue;
      ++differ;
      report += fmt::format("order {:>6} {:<8} ordered {:>10} paid {:>10}\n", row.number(0),
                            row.text(1), money(row.number(2)), money(row.number(3)));
    }
    const std::string text = fmt::format("{} orders of {} days compared, {} differ by more than {}",
                                         compared, days, differ, money(cents_allowed));
    if (differ == 0) return text;
    const auto path =
        visit.save("reports", fmt::format("reconciliation-{}.txt", visit.today), report);
    return fmt::format("{}; list {}", text, path);
  }
};

ROTA_REGISTER_TASK_HANDLER(PaymentReconciliationTaskHandler);

}  // namespace
}  // namespace shop
