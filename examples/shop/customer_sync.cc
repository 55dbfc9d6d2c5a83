// `customer_sync`: hands changed customers to other systems as a file of JSON lines, a batch at a
// time. A customer counts as handed over when the file is on the disk.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "handlers/folders.h"
#include "shop/shop_handler.h"

namespace shop {
namespace {

std::string json_line(const Row& row) {
  const boost::json::object line{{"id", row.number(0)},
                                 {"name", row.text(1)},
                                 {"email", row.text(2)},
                                 {"active", row.number(3) != 0},
                                 {"opted_in", row.number(4) != 0}};
  return boost::json::serialize(line) + "\n";
}

class CustomerSyncTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override { return "Hands changed customers on as a file."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "batchSize": {"type": "integer", "title": "Batch", "minimum": 1, "maximum": 100000,
                      "default": 500, "description": "Customers of one run at most."},
        "timeoutSeconds": {"type": "integer", "title": "Patience", "minimum": 1, "maximum": 3600,
                           "default": 10, "description": "How long a locked shop is waited for."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const auto batch = visit.metadata.integer("batchSize", 500, 1, 100'000);
    const auto patience = visit.metadata.integer("timeoutSeconds", 10, 1, 3600);
    visit.check();
    visit.sql.set_busy_timeout(patience);
    Sql::Transaction transaction(visit.sql);
    const auto changed = visit.sql.rows(
        "SELECT id, name, email, active, opted_in FROM customer WHERE changes > changes_synced "
        "ORDER BY id LIMIT ?",
        {batch});
    if (changed.empty()) return "no customer has changed";
    std::string lines;
    for (const Row& row : changed) {
      lines += json_line(row);
      visit.sql.change("UPDATE customer SET changes_synced = changes WHERE id = ?",
                       {row.number(0)});
    }
    const std::string name =
        fmt::format("customers-{}.jsonl", rota::handlers::compact_time(visit.task.scheduled_for()));
    const auto path = visit.save("sync", name, lines);
    const auto left =
        visit.sql.row("SELECT count(*) FROM customer WHERE changes > changes_synced").number(0);
    transaction.commit();
    return fmt::format("{} changed customers written to {}, {} left", changed.size(), path, left);
  }
};

ROTA_REGISTER_TASK_HANDLER(CustomerSyncTaskHandler);

}  // namespace
}  // namespace shop
