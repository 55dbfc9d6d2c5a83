// `subscription_renewal`: renews what is due on the run's date (a new invoice, the next date), ends
// what is not to be renewed, and counts who would be reminded. Each date is renewed once, because
// renewing moves it on in the same transaction.
#include <fmt/format.h>

#include "shop/shop_handler.h"

namespace shop {
namespace {

class SubscriptionRenewalTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override { return "Renews the subscriptions that are due."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "daysAhead": {"type": "integer", "title": "Reminder", "minimum": 0, "maximum": 365,
                      "default": 7, "description": "Days before a renewal."},
        "sendReminders": {"type": "boolean", "title": "Remind", "default": false,
                          "description": "By mail, once mail is configured."},
        "maxBatchSize": {"type": "integer", "title": "Most at once", "minimum": 1,
                         "maximum": 100000, "default": 200,
                         "description": "Subscriptions of one run."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const auto days = visit.metadata.integer("daysAhead", 7, 0, 365);
    const bool remind = visit.metadata.boolean("sendReminders", false);
    const auto most = visit.metadata.integer("maxBatchSize", 200, 1, 100'000);
    visit.check();
    Sql::Transaction transaction(visit.sql);
    const auto due = visit.sql.rows(
        "SELECT id, price_cents, auto_renew FROM subscription WHERE status = 'active' "
        "AND renews_on <= ? ORDER BY renews_on, id LIMIT ?",
        {visit.today, most});
    std::int64_t renewed = 0;
    std::int64_t cents = 0;
    for (const Row& row : due) {
      if (row.number(2) != 0) {
        renew(visit, row.number(0), row.number(1));
        ++renewed;
        cents += row.number(1);
      } else {
        visit.sql.change("UPDATE subscription SET status = 'ended' WHERE id = ?", {row.number(0)});
      }
    }
    const auto soon = visit.sql
                          .row(
                              "SELECT count(*) FROM subscription WHERE status = 'active' "
                              "AND renews_on > ? AND renews_on <= date(?, ?)",
                              {visit.today, visit.today, fmt::format("+{} days", days)})
                          .number(0);
    transaction.commit();
    return fmt::format("{} renewed, {}; {} ended; {} renew within {} days{}", renewed, money(cents),
                       static_cast<std::int64_t>(due.size()) - renewed, soon, days,
                       remind && soon > 0 ? not_mailed({"their customers"}) : "");
  }

 private:
  static void renew(Visit& visit, std::int64_t id, std::int64_t cents) {
    visit.sql.change(
        "INSERT INTO invoice(subscription_id, issued_on, total_cents, status) "
        "VALUES (?, ?, ?, 'pending')",
        {id, visit.today, cents});
    visit.sql.change(
        "UPDATE subscription SET renews_on = date(renews_on, "
        "CASE plan WHEN 'Tea every week' THEN '+7 days' ELSE '+1 months' END) WHERE id = ?",
        {id});
  }
};

ROTA_REGISTER_TASK_HANDLER(SubscriptionRenewalTaskHandler);

}  // namespace
}  // namespace shop
