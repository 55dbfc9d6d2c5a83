#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "handlers/catalog.h"
#include "handlers/fake_task_context.h"
#include "shop/example_shop.h"
#include "shop/shop_handler.h"

namespace shop {
namespace {

namespace fs = std::filesystem;
using rota::HandlerOutcome;
using rota::RunStatus;
using rota::handlers::FakeTaskContext;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// The day that FakeTaskContext's run is for.
constexpr rota::LocalDate kToday{std::chrono::local_days{std::chrono::year{2026} / 11 / 23}};

std::string read(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class ShopTest : public testing::Test {
 protected:
  ShopTest() {
    char name[] = "/tmp/rota-shop-XXXXXX";
    folder_ = ::mkdtemp(name);
    environment_.data_folder = folder_;
  }
  ~ShopTest() override { fs::remove_all(folder_); }

  // Each test gets a copy of one shop.
  void open_shop() {
    static const std::string original = make_original();
    fs::copy_file(original, folder_ / "shop.db");
  }

  static std::string make_original() {
    const std::string path = testing::TempDir() + fmt::format("rota-shop-{}.db", ::getpid());
    EXPECT_TRUE(make_example_shop(path, 1, kToday));
    static const struct Remover {
      std::string path;
      ~Remover() { fs::remove(path); }
    } remover{path};
    return path;
  }

  HandlerOutcome run(const std::string& type, const std::string& metadata = "{}") {
    const auto catalog = rota::handlers::make_handler_catalog(environment_);
    const auto handler = catalog->find(type);
    EXPECT_NE(handler, nullptr) << type;
    task_ = std::make_shared<FakeTaskContext>(metadata);
    return rota::handlers::execute_and_wait(*handler, task_);
  }

  std::int64_t count(const std::string& from) {
    Sql sql(folder_ / "shop.db", false);
    return sql.row("SELECT count(*) FROM " + from).number(0);
  }

  fs::path folder_;
  rota::HandlerEnvironment environment_;
  std::shared_ptr<FakeTaskContext> task_;
};

constexpr std::array kTypes{"sales_summary", "customer_sync",        "invoice_processor",
                            "stock_alerts",  "sales_report",         "inventory_summary",
                            "data_export",   "subscription_renewal", "payment_reconciliation"};

TEST_F(ShopTest, WithoutAShopEveryHandlerSaysHowToGetOne) {
  for (const char* type : kTypes) {
    const auto outcome = run(type);
    EXPECT_EQ(outcome.status, RunStatus::kFailed) << type;
    EXPECT_THAT(outcome.error, HasSubstr("rota import demo")) << type;
    EXPECT_FALSE(outcome.worth_a_retry);
  }
}

TEST_F(ShopTest, AFileThatIsNoDatabaseIsSaidToBeDamaged) {
  std::ofstream(folder_ / "shop.db") << std::string(5000, 'x');
  EXPECT_THAT(run("stock_alerts").error, HasSubstr("not a database"));
}

TEST_F(ShopTest, TheSameSeedAndDayMakeTheSameShop) {
  const auto dump = [&](const char* name, std::uint64_t seed) {
    const auto made = make_example_shop(folder_ / name, seed, kToday).value();
    Sql sql(folder_ / name, false);
    std::string text = fmt::format("{} ", made.orders);
    for (const Row& row : sql.rows("SELECT sum(total_cents) FROM orders UNION ALL "
                                   "SELECT sum(amount_cents) FROM payment UNION ALL "
                                   "SELECT sum(quantity) FROM stock UNION ALL "
                                   "SELECT group_concat(email) FROM customer")) {
      text += row.text(0) + " ";
    }
    return text;
  };
  const std::string one = dump("a.db", 7);
  EXPECT_EQ(one, dump("b.db", 7));
  EXPECT_NE(one, dump("c.db", 8));
}

TEST_F(ShopTest, AShopThatIsThereIsNotOverwritten) {
  open_shop();
  EXPECT_EQ(make_example_shop(folder_ / "shop.db", 1, kToday).error().code,
            rota::ErrorCode::kAlreadyExists);
  EXPECT_FALSE(fs::exists(folder_ / "shop.db.partial"));
  EXPECT_FALSE(make_example_shop("/proc/nowhere/shop.db", 1, kToday));
}

TEST_F(ShopTest, SalesSummaryReportsTheWeekAndSaysThatNobodyWasMailed) {
  open_shop();
  const auto outcome =
      run("sales_summary", R"({"recipients":["sales@company.com"],"includeCharts":true})");
  EXPECT_THAT(outcome.result,
              MatchesRegex("2026-11-16 to 2026-11-22: [0-9]+ orders, [0-9,.]+ \\([-+0-9]+ %\\); "
                           "report .*; not mailed to sales@company.com: no mail server is "
                           "configured"))
      << outcome.error;
  EXPECT_THAT(task_->output(1), HasSubstr("##"));
  EXPECT_EQ(read(folder_ / "reports/sales-summary-2026-11-23.txt"), task_->output(1));
}

TEST_F(ShopTest, SalesReportKnowsItsSpans) {
  open_shop();
  for (const auto& [span, dates] : {std::pair{"today", "2026-11-23 to 2026-11-23"},
                                    {"last_7_days", "2026-11-16 to 2026-11-22"},
                                    {"last_month", "2026-10-01 to 2026-10-31"},
                                    {"this_month", "2026-11-01 to 2026-11-23"}}) {
    const auto outcome =
        run("sales_report", fmt::format(R"({{"timespan":"{}","format":"detailed"}})", span));
    EXPECT_THAT(outcome.result, testing::StartsWith(dates)) << outcome.error;
  }
  EXPECT_THAT(task_->output(1), HasSubstr("By product"));
  EXPECT_THAT(run("sales_report", R"({"timespan":"ever","format":"x"})").error,
              HasSubstr("'timespan' must be today"));
}

TEST_F(ShopTest, TheReportsOfADayAgreeWithEachOther) {
  open_shop();
  Sql sql(folder_ / "shop.db", false);
  const auto cents = sql.row(
                            "SELECT sum(total_cents) FROM orders "
                            "WHERE placed_on BETWEEN '2026-11-16' AND '2026-11-22'")
                         .number(0);
  for (const char* type : {"sales_summary", "sales_report"}) {
    EXPECT_THAT(run(type).result, HasSubstr(money(cents))) << type;
  }
}

TEST_F(ShopTest, StockAlertsListWhatIsLow) {
  open_shop();
  const auto outcome = run("stock_alerts", R"({"thresholdPercent":10})");
  const auto low = count("stock WHERE quantity * 100 < target * 10");
  EXPECT_GT(low, 0);
  EXPECT_THAT(outcome.result, testing::StartsWith(fmt::format("{} low, lowest SKU-", low)));
  EXPECT_EQ(run("stock_alerts", R"({"thresholdPercent":0})").result,
            "no product is below 0 % of its target");
}

TEST_F(ShopTest, InventorySummarySumsOneWarehouseOrAll) {
  open_shop();
  const auto one = run("inventory_summary", R"({"warehouse":"A","includeForecasting":false})");
  EXPECT_THAT(one.result, testing::StartsWith("warehouse A: ")) << one.error;
  EXPECT_THAT(task_->output(1), Not(HasSubstr("lasts")));
  const auto all = run("inventory_summary", R"({"warehouse":"all","includeForecasting":true})");
  EXPECT_THAT(task_->output(1), ContainsRegex("lasts [0-9]+ days"));
  EXPECT_THAT(run("inventory_summary", R"({"warehouse":"Z"})").error,
              HasSubstr("no warehouse 'Z'"));
}

TEST_F(ShopTest, InvoicesAreProcessedOnceAndWrongOnesDisputed) {
  open_shop();
  Sql(folder_ / "shop.db", false)
      .change(
          "UPDATE invoice SET total_cents = 1 WHERE id = "
          "(SELECT min(id) FROM invoice WHERE status = 'pending')");
  const auto pending = count("invoice WHERE status = 'pending'");
  ASSERT_GT(pending, 3);
  const auto first = run("invoice_processor", R"({"maxInvoices":3,"notifyFinance":true})");
  EXPECT_THAT(first.result, MatchesRegex("2 invoices processed, .*; 1 disputed; not mailed.*"));
  EXPECT_THAT(task_->output(1), HasSubstr("bills 0.01"));
  EXPECT_EQ(count("invoice WHERE status = 'pending'"), pending - 3);
  run("invoice_processor", R"({"maxInvoices":1000})");
  EXPECT_EQ(run("invoice_processor").result, "no pending invoices");
}

TEST_F(ShopTest, CustomerSyncHandsEachChangeOverOnce) {
  open_shop();
  const auto changed = count("customer WHERE changes > changes_synced");
  ASSERT_GT(changed, 10);
  const auto first = run("customer_sync", R"({"batchSize":10,"timeoutSeconds":300})");
  EXPECT_THAT(first.result, testing::StartsWith("10 changed customers written to "));
  EXPECT_THAT(first.result, testing::EndsWith(fmt::format(", {} left", changed - 10)));
  const std::string lines = read(folder_ / "sync/customers-20261123T093000Z.jsonl");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 10);
  run("customer_sync");
  EXPECT_EQ(run("customer_sync").result, "no customer has changed");
}

TEST_F(ShopTest, ExportsAreFilesAndAnUnreachableDestinationIsAFailure) {
  open_shop();
  const auto local = run("data_export", R"({"exportType":"customers","filters":["active"]})");
  EXPECT_THAT(local.result, HasSubstr("customers exported to")) << local.error;
  const auto demo = run("data_export", R"({"exportType":"customers","filters":["active","opted_in"],
                                           "destination":"s3://marketing-bucket"})");
  EXPECT_EQ(demo.status, RunStatus::kFailed);
  EXPECT_THAT(demo.error, HasSubstr("not delivered to 's3://marketing-bucket'"));
  const std::string csv = read(folder_ / "exports/customers-task7-2026-11-23.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'),
            count("customer WHERE active = 1 AND opted_in = 1") + 1);
  EXPECT_THAT(run("data_export", R"({"exportType":"users","filters":["x"]})").error,
              HasSubstr("'exportType' must be"));
}

TEST_F(ShopTest, CsvQuotesWhatNeedsIt) {
  open_shop();
  Sql(folder_ / "shop.db", false).change("UPDATE customer SET name = 'Smith, \"Jo\"' WHERE id = 1");
  run("data_export", R"({"includeHistory":true})");
  EXPECT_THAT(task_->output(1), HasSubstr("\n1,\"Smith, \"\"Jo\"\"\","));
}

TEST_F(ShopTest, SubscriptionsRenewOncePerDate) {
  open_shop();
  const auto due = count("subscription WHERE renews_on <= '2026-11-23'");
  ASSERT_GT(due, 0);
  const auto before = count("invoice");
  const auto first = run("subscription_renewal", R"({"daysAhead":7,"sendReminders":true})");
  EXPECT_THAT(first.result, MatchesRegex("[0-9]+ renewed, .* ended; [0-9]+ renew within 7 days; "
                                         "not mailed to their customers.*"));
  EXPECT_GT(count("invoice"), before);
  EXPECT_THAT(run("subscription_renewal").result, testing::StartsWith("0 renewed, 0.00; 0 ended"));
}

TEST_F(ShopTest, ReconciliationFindsWhatDiffers) {
  open_shop();
  Sql(folder_ / "shop.db", false)
      .change(
          "DELETE FROM payment WHERE order_id = (SELECT max(id) FROM orders "
          "WHERE placed_on <= '2026-11-22' AND provider = 'stripe')");
  const auto outcome =
      run("payment_reconciliation", R"({"paymentProviders":["stripe","paypal"],"tolerance":0.01})");
  EXPECT_THAT(outcome.result, MatchesRegex("[0-9]+ orders of 7 days compared, [1-9][0-9]* differ "
                                           "by more than 0.01; list .*"));
  EXPECT_THAT(task_->output(1), ContainsRegex("stripe +ordered +[0-9.,]+ paid +0.00"));
  EXPECT_THAT(run("payment_reconciliation", R"({"tolerance":-1})").error, HasSubstr("'tolerance'"));
}

TEST(MoneyTest, IsWrittenForPeople) {
  EXPECT_EQ(money(0), "0.00");
  EXPECT_EQ(money(123456), "1,234.56");
  EXPECT_EQ(money(-123456789), "-1,234,567.89");
}

}  // namespace
}  // namespace shop
