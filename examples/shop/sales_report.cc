// `sales_report`: sales of a span of days, as one line, a summary or in detail.
#include <fmt/format.h>

#include "shop/sales_figures.h"
#include "shop/shop_handler.h"

namespace shop {
namespace {

Span span_of(Visit& visit, const std::string& timespan) {
  const auto day = [&](const char* by, const char* and_by = "+0 days") {
    return shift(visit.sql, visit.today, by, and_by);
  };
  if (timespan == "today") return {visit.today, visit.today};
  if (timespan == "yesterday") return {day("-1 days"), day("-1 days")};
  if (timespan == "last_7_days") return {day("-7 days"), day("-1 days")};
  if (timespan == "last_30_days") return {day("-30 days"), day("-1 days")};
  if (timespan == "this_month") return {day("start of month"), visit.today};
  if (timespan == "last_month") {
    return {day("start of month", "-1 months"), day("start of month", "-1 days")};
  }
  visit.metadata.complain("timespan",
                          "must be today, yesterday, last_7_days, last_30_days, "
                          "this_month or last_month");
  return {};
}

std::string table(const char* title, const std::vector<NamedSales>& all) {
  std::string text = fmt::format("\n{}\n", title);
  for (const auto& [name, units, cents] : all) {
    text += fmt::format("  {:<28} {:>6} units {:>12}\n", name, units, money(cents));
  }
  return text;
}

class SalesReportTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override {
    return "Reports the shop's sales of a span of days.";
  }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "timespan": {"type": "string", "title": "Span", "default": "last_7_days",
                     "enum": ["today", "yesterday", "last_7_days", "last_30_days", "this_month",
                              "last_month"],
                     "description": "Days, counted from the date the run is for."},
        "format": {"type": "string", "title": "Format", "default": "summary",
                   "enum": ["summary", "detailed", "executive_summary"],
                   "description": "Categories; products as well; or the few lines that matter."},
        "recipients": {"type": "array", "title": "Recipients", "items": {"type": "string"},
                       "default": [], "description": "Who is to have it, once mail is configured."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const auto recipients = visit.metadata.strings("recipients");
    const std::string timespan = visit.metadata.string("timespan", "last_7_days");
    const std::string format = visit.metadata.string("format", "summary");
    const Span span = span_of(visit, timespan);
    if (format != "summary" && format != "detailed" && format != "executive_summary") {
      visit.metadata.complain("format", "must be summary, detailed or executive_summary");
    }
    visit.check();
    const Sales sales = sales_in(visit.sql, span);
    const std::string head = fmt::format("{} to {}: {} orders, {}", span.from, span.to,
                                         sales.orders, money(sales.cents));
    std::string report = "Sales report, " + head + "\n";
    if (sales.orders > 0) {
      report += fmt::format("Average order {}\n", money(sales.cents / sales.orders));
    }
    if (format != "executive_summary") {
      report += table("By category", sales_by_category(visit.sql, span));
    }
    const std::int64_t products = format == "detailed" ? 1000 : 3;
    report += table(format == "detailed" ? "By product" : "Best products",
                    sales_by_product(visit.sql, span, products));
    const auto path = visit.save(
        "reports", fmt::format("sales-report-{}-{}-{}.txt", timespan, format, visit.today), report);
    return fmt::format("{}; report {}{}", head, path, not_mailed(recipients));
  }
};

ROTA_REGISTER_TASK_HANDLER(SalesReportTaskHandler);

}  // namespace
}  // namespace shop
