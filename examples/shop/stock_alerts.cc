// `stock_alerts`: which products have less in a warehouse than a share of their target.
#include <fmt/format.h>

#include "shop/shop_handler.h"

namespace shop {
namespace {

class StockAlertsTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override { return "Lists products that run low."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "thresholdPercent": {"type": "integer", "title": "Threshold", "minimum": 0, "maximum": 100,
                             "default": 10, "description": "Percent of the target stock."},
        "recipients": {"type": "array", "title": "Recipients", "items": {"type": "string"},
                       "default": [], "description": "Who is to know, once mail is configured."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const auto percent = visit.metadata.integer("thresholdPercent", 10, 0, 100);
    const auto recipients = visit.metadata.strings("recipients");
    visit.check();
    const auto low = visit.sql.rows(
        "SELECT p.sku, p.name, s.warehouse, s.quantity, s.target FROM stock s "
        "JOIN product p ON p.id = s.product_id WHERE s.quantity * 100 < s.target * ? "
        "ORDER BY s.quantity * 100 / s.target, p.sku, s.warehouse",
        {percent});
    if (low.empty()) return fmt::format("no product is below {} % of its target", percent);
    std::string report = fmt::format("Below {} % of the target on {}\n\n", percent, visit.today);
    for (const Row& row : low) {
      report += fmt::format("{} {:<28} warehouse {}: {:>4} of {:>4}\n", row.text(0), row.text(1),
                            row.text(2), row.number(3), row.number(4));
    }
    const auto path =
        visit.save("reports", fmt::format("stock-alerts-{}.txt", visit.today), report);
    return fmt::format("{} low, lowest {} in {} ({} of {}); report {}{}", low.size(),
                       low.front().text(0), low.front().text(2), low.front().number(3),
                       low.front().number(4), path, not_mailed(recipients));
  }
};

ROTA_REGISTER_TASK_HANDLER(StockAlertsTaskHandler);

}  // namespace
}  // namespace shop
