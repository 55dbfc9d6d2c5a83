// `sales_summary`: the seven days before the run's date against the seven before those.
#include <fmt/format.h>

#include "shop/sales_figures.h"
#include "shop/shop_handler.h"

namespace shop {
namespace {

class SalesSummaryTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override { return "Sums up a week of the shop's sales."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "recipients": {"type": "array", "title": "Recipients", "items": {"type": "string"},
                       "default": [], "description": "Who is to have it, once mail is configured."},
        "includeCharts": {"type": "boolean", "title": "Charts", "default": false,
                          "description": "A bar beside each category."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const auto recipients = visit.metadata.strings("recipients");
    const bool charts = visit.metadata.boolean("includeCharts", false);
    visit.check();
    const auto day = [&](const char* by) { return shift(visit.sql, visit.today, by); };
    const Span week{day("-7 days"), day("-1 days")};
    const Sales now = sales_in(visit.sql, week);
    const Sales before = sales_in(visit.sql, {day("-14 days"), day("-8 days")});
    const std::string head =
        fmt::format("{} to {}: {} orders, {} ({})", week.from, week.to, now.orders,
                    money(now.cents), change_text(now.cents, before.cents));
    std::string report = "Sales, " + head + "\n\n";
    for (const auto& [name, units, cents] : sales_by_category(visit.sql, week)) {
      report += fmt::format("{:<10} {:>6} units {:>12}  {}\n", name, units, money(cents),
                            charts ? bar(cents, now.cents) : "");
    }
    const auto path =
        visit.save("reports", fmt::format("sales-summary-{}.txt", visit.today), report);
    return fmt::format("{}; report {}{}", head, path, not_mailed(recipients));
  }
};

ROTA_REGISTER_TASK_HANDLER(SalesSummaryTaskHandler);

}  // namespace
}  // namespace shop
