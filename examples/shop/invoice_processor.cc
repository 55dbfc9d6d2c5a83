// `invoice_processor`: checks pending invoices against their orders, oldest first. One that differs
// is disputed, not processed. All of a run's decisions are made in one transaction.
#include <fmt/format.h>

#include "shop/shop_handler.h"

namespace shop {
namespace {

class InvoiceProcessorTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override { return "Checks and processes pending invoices."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "maxInvoices": {"type": "integer", "title": "Most at once", "minimum": 1, "maximum": 100000,
                        "default": 100, "description": "Invoices of one run."},
        "notifyFinance": {"type": "boolean", "title": "Tell finance", "default": false,
                          "description": "By mail, once mail is configured."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const auto most = visit.metadata.integer("maxInvoices", 100, 1, 100'000);
    const bool notify = visit.metadata.boolean("notifyFinance", false);
    visit.check();
    Sql::Transaction transaction(visit.sql);
    // An invoice without an order is a subscription's: its price was fixed when it was made.
    const auto pending = visit.sql.rows(
        "SELECT i.id, i.total_cents, coalesce((SELECT sum(l.quantity * l.price_cents) "
        "FROM order_line l WHERE l.order_id = i.order_id), i.total_cents) FROM invoice i "
        "WHERE i.status = 'pending' AND i.issued_on <= ? ORDER BY i.issued_on, i.id LIMIT ?",
        {visit.today, most});
    std::int64_t processed = 0;
    std::int64_t cents = 0;
    std::string disputed;
    for (const Row& row : pending) {
      const bool right = row.number(1) == row.number(2);
      visit.sql.change("UPDATE invoice SET status = ? WHERE id = ?",
                       {right ? "processed" : "disputed", row.number(0)});
      if (right) {
        ++processed;
        cents += row.number(1);
      } else {
        disputed += fmt::format("invoice {} bills {}, its order is {}\n", row.number(0),
                                money(row.number(1)), money(row.number(2)));
      }
    }
    transaction.commit();
    if (pending.empty()) return "no pending invoices";
    visit.task.write_output(1, disputed);
    const auto wrong = static_cast<std::int64_t>(pending.size()) - processed;
    return fmt::format("{} invoices processed, {}; {} disputed{}", processed, money(cents), wrong,
                       notify ? not_mailed({"finance"}) : "");
  }
};

ROTA_REGISTER_TASK_HANDLER(InvoiceProcessorTaskHandler);

}  // namespace
}  // namespace shop
