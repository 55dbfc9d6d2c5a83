// The tasks that the original system shipped with, with their own metadata: each finds its handler,
// its metadata is valid, and it ends as it should without any outside service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "handlers/catalog.h"
#include "handlers/fake_task_context.h"
#include "handlers/schema.h"
#include "shop/example_shop.h"

namespace shop {
namespace {

namespace fs = std::filesystem;

struct DemoTask {
  const char* type;
  const char* metadata;
  const char* says;  // a part of the result, or of the error where it cannot succeed
  bool succeeds = true;
};

const DemoTask kDemo[] = {
    {"system_health_check", R"({"alertEmail":"ops@company.com","checkServices":["db","redis","api"],
       "maxLoadPerCore":1000,"minMemoryPercent":0,"minDiskPercent":0})",
     "no address is configured: redis, api"},
    {"data_backup", R"({"backupType":"full","retentionDays":30})", "rota-20261123T093000Z.db"},
    {"sales_summary", R"({"recipients":["sales@company.com"],"includeCharts":true})", "orders"},
    {"customer_sync", R"({"batchSize":500,"timeoutSeconds":300})", "changed customers written"},
    {"invoice_processor", R"({"maxInvoices":100,"notifyFinance":true})", "invoices processed"},
    {"stock_alerts", R"({"thresholdPercent":10,"recipients":["warehouse@company.com"]})", "low"},
    {"queue_monitor", R"({"maxDepth":1000,"alertThreshold":500})", "0 waiting"},
    {"api_healthcheck", R"({"endpoints":["payment","shipping","crm"],"timeoutMs":5000})",
     "nothing was checked"},
    {"sales_report", R"({"timespan":"last_month","recipients":["jane@example.com"],
       "format":"executive_summary"})",
     "2026-10-01 to 2026-10-31"},
    {"sales_report", R"({"timespan":"last_7_days","recipients":["beth@example.com"],
       "format":"detailed"})",
     "2026-11-16 to 2026-11-22"},
    {"sales_report", R"({"timespan":"today","recipients":["sales-team@example.com"],
       "format":"summary"})",
     "2026-11-23 to 2026-11-23"},
    {"inventory_summary", R"({"warehouse":"A","includeForecasting":false,
       "recipients":["warehouse-a@example.com"]})",
     "warehouse A"},
    {"inventory_summary", R"({"warehouse":"all","includeForecasting":true,
       "recipients":["logistics@example.com","procurement@example.com"]})",
     "warehouse all"},
    {"data_export", R"({"exportType":"customers","filters":["active","opted_in"],
       "destination":"s3://marketing-bucket"})",
     "not delivered to 's3://marketing-bucket'", false},
    {"data_export", R"({"exportType":"customers","filters":["all"],"includeHistory":true,
       "destination":"s3://analytics-bucket"})",
     "not delivered to 's3://analytics-bucket'", false},
    {"subscription_renewal", R"({"daysAhead":7,"sendReminders":true,"maxBatchSize":200})",
     "renewed"},
    {"payment_reconciliation", R"({"paymentProviders":["stripe","paypal"],"tolerance":0.01})",
     "compared"},
    {"log_archival", R"({"retentionDays":90,"compressFiles":true,"archiveLocation":"s3"})",
     "nothing was sent to 's3'"},
    {"cache_warmup", R"({"cacheKeys":["products","categories","promotions"],"preloadPercent":80})",
     "nothing was warmed"},
    {"send_emails", R"({"batchSize":50,"maxRetries":3,"provider":"smtp"})", "nothing sent"},
    {"send_sms", R"({"batchSize":25,"maxRetries":2,"provider":"twilio"})", "nothing sent"},
};

TEST(DemoTest, EveryTaskOfTheOriginalRunsWithoutAnyOutsideService) {
  char name[] = "/tmp/rota-demo-XXXXXX";
  const fs::path folder = ::mkdtemp(name);
  rota::HandlerEnvironment environment;
  environment.data_folder = folder;
  environment.log_folder = folder / "log";
  environment.summarize_database = [] { return rota::DatabaseSummary{}; };
  environment.back_up_database = [](const std::string& path) -> rota::Result<void> {
    std::ofstream(path) << "a copy";
    return {};
  };
  ASSERT_TRUE(make_example_shop(
      folder / "shop.db", 1,
      rota::LocalDate{std::chrono::local_days{std::chrono::year{2026} / 11 / 23}}));
  const auto catalog = rota::handlers::make_handler_catalog(environment);
  for (const DemoTask& demo : kDemo) {
    const auto handler = catalog->find(demo.type);
    ASSERT_NE(handler, nullptr) << demo.type;
    const auto valid = rota::handlers::validate_metadata(handler->metadata_schema(), demo.metadata);
    EXPECT_TRUE(valid) << demo.type << ": " << (valid ? "" : valid.error().message);
    const auto outcome = rota::handlers::execute_and_wait(
        *handler, std::make_shared<rota::handlers::FakeTaskContext>(demo.metadata));
    EXPECT_EQ(outcome.status == rota::RunStatus::kSucceeded, demo.succeeds)
        << demo.type << ": " << outcome.error;
    EXPECT_THAT(demo.succeeds ? outcome.result : outcome.error, testing::HasSubstr(demo.says))
        << demo.type;
  }
  fs::remove_all(folder);
}

TEST(DemoTest, EverySchemaOfTheShopCanMakeAForm) {
  const auto catalog = rota::handlers::make_handler_catalog();
  EXPECT_GE(catalog->types().size(), 20u);  // the seventeen, command, http_request, null
  for (const std::string& type : catalog->types()) {
    const auto good = rota::handlers::check_schema(catalog->find(type)->metadata_schema());
    EXPECT_TRUE(good) << type << ": " << (good ? "" : good.error().message);
  }
}

}  // namespace
}  // namespace shop
