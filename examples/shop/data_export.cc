// `data_export`: customers, orders or products as CSV (RFC 4180) below the data folder. A
// destination elsewhere that this server cannot reach makes the run fail; the file stays.
#include <fmt/format.h>

#include <algorithm>

#include "shop/shop_handler.h"

namespace shop {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string safe = "\"";
  for (const char c : text) safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe + "\"";
}

struct Export {
  std::string head;
  std::string sql;
};

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Export customers(const std::vector<std::string>& filters, bool history) {
  Export made{"id,name,email,active,opted_in,joined_on",
              "SELECT id, name, email, active, opted_in, joined_on"};
  if (history) {
    made.head += ",orders,spent_cents";
    made.sql +=
        ", (SELECT count(*) FROM orders o WHERE o.customer_id = c.id)"
        ", (SELECT coalesce(sum(total_cents), 0) FROM orders o WHERE o.customer_id = c.id)";
  }
  made.sql += " FROM customer c WHERE 1";
  if (has(filters, "active")) made.sql += " AND active = 1";
  if (has(filters, "opted_in")) made.sql += " AND opted_in = 1";
  made.sql += " ORDER BY id";
  return made;
}

Export export_of(Visit& visit) {
  const std::string kind = visit.metadata.string("exportType", "customers");
  const auto filters = visit.metadata.strings("filters");
  const bool history = visit.metadata.boolean("includeHistory", false);
  for (const std::string& filter : filters) {
    if (filter != "active" && filter != "opted_in" && filter != "all") {
      visit.metadata.complain("filters", "may be active, opted_in or all");
    }
  }
  if (kind == "customers") return customers(filters, history);
  if (kind == "orders") {
    return {"id,customer_id,placed_on,total_cents,provider", "SELECT * FROM orders ORDER BY id"};
  }
  if (kind == "products") {
    return {"id,sku,name,category,price_cents", "SELECT * FROM product ORDER BY id"};
  }
  visit.metadata.complain("exportType", "must be customers, orders or products");
  return {};
}

class DataExportTaskHandler final : public ShopTaskHandler {
 public:
  using ShopTaskHandler::ShopTaskHandler;
  std::string_view summary() const override { return "Exports the shop's data as CSV."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "exportType": {"type": "string", "title": "What", "default": "customers",
                       "enum": ["customers", "orders", "products"],
                       "description": "Which table."},
        "filters": {"type": "array", "title": "Filters",
                    "items": {"type": "string", "enum": ["active", "opted_in", "all"]},
                    "default": ["all"], "description": "Of customers: all that are listed apply."},
        "includeHistory": {"type": "boolean", "title": "History", "default": false,
                           "description": "Of customers: how much they have ordered."},
        "destination": {"type": "string", "title": "Destination", "default": "local",
                        "description": "local: the folder exports below the data folder."}
      }
    })";
  }

 protected:
  std::string work(Visit& visit) override {
    const Export wanted = export_of(visit);
    const std::string kind = visit.metadata.string("exportType", "customers");
    const std::string destination = visit.metadata.string("destination", "local");
    visit.check();
    const auto columns =
        static_cast<std::size_t>(std::count(wanted.head.begin(), wanted.head.end(), ',')) + 1;
    std::string csv = wanted.head + "\r\n";
    const auto rows = visit.sql.rows(wanted.sql);
    for (const Row& row : rows) {
      for (std::size_t i = 0; i < columns; ++i) {
        if (i > 0) csv += ',';
        csv += quoted(row.text(i));
      }
      csv += "\r\n";
    }
    // The task's number keeps two exports of one day apart.
    const auto path = visit.save(
        "exports", fmt::format("{}-task{}-{}.csv", kind, visit.task.task().id.value, visit.today),
        csv);
    const std::string done = fmt::format("{} {} exported to {}", rows.size(), kind, path);
    if (destination == "local") return done;
    throw Failure({rota::ErrorCode::kNotAllowedHere,
                   fmt::format("{}, but not delivered to '{}': this server has no connection there",
                               done, destination),
                   "set the destination to local, or fetch the file from there",
                   std::nullopt,
                   {}});
  }
};

ROTA_REGISTER_TASK_HANDLER(DataExportTaskHandler);

}  // namespace
}  // namespace shop
