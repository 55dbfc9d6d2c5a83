// The handlers about the machine and Rota itself, each with the metadata of the demo.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "handlers/catalog.h"
#include "handlers/fake_task_context.h"
#include "handlers/folders.h"
#include "handlers/http_client.h"
#include "handlers/machine.h"

namespace rota::handlers {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

// Answers at once from a table; an unknown address is unavailable.
class TableClient final : public HttpClient {
 public:
  struct Nothing final : HttpCall {
    void cancel() override {}
  };
  std::shared_ptr<HttpCall> send(HttpRequest request, OnAnswer on_answer) override {
    const auto found = statuses.find(request.url);
    if (found == statuses.end()) {
      on_answer(fail(ErrorCode::kUnavailable, "nobody there"));
    } else {
      HttpAnswer answer;
      answer.status = found->second;
      on_answer(std::move(answer));
    }
    return std::make_shared<Nothing>();
  }
  std::map<std::string, int> statuses;
};

class MachineHandlersTest : public testing::Test {
 protected:
  MachineHandlersTest() {
    char name[] = "/tmp/rota-handlers-XXXXXX";
    folder_ = ::mkdtemp(name);
    environment_.data_folder = folder_;
    environment_.log_folder = folder_ / "log";
    environment_.http = &client_;
  }
  ~MachineHandlersTest() override { fs::remove_all(folder_); }

  HandlerOutcome run(const std::string& type, const std::string& metadata) {
    const auto catalog = make_handler_catalog(environment_);
    return execute_and_wait(*catalog->find(type), std::make_shared<FakeTaskContext>(metadata));
  }

  void put(const fs::path& file, const std::string& text, std::chrono::hours age = {}) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    fs::last_write_time(file, fs::file_time_type::clock::now() - age);
  }

  fs::path folder_;
  TableClient client_;
  HandlerEnvironment environment_;
};

TEST_F(MachineHandlersTest, HealthCheckReadsTheMachineAndSaysWhatItHasNoAddressFor) {
  environment_.summarize_database = [] { return DatabaseSummary{.tasks = 21, .size_bytes = 5000}; };
  const auto outcome = run("system_health_check",
                           R"({"alertEmail":"ops@company.com","checkServices":["db","redis","api"],
                               "maxLoadPerCore":1000,"minMemoryPercent":0,"minDiskPercent":0})");
  EXPECT_EQ(outcome.status, RunStatus::kSucceeded) << outcome.error;
  EXPECT_THAT(outcome.result, StartsWith("load "));
  EXPECT_THAT(outcome.result, HasSubstr("db 5.0 kB with 21 tasks"));
  EXPECT_THAT(outcome.result, HasSubstr("not checked, no address is configured: redis, api"));
}

TEST_F(MachineHandlersTest, HealthCheckFailsOnWhatIsUnhealthy) {
  client_.statuses["http://redis/"] = 503;
  const auto outcome = run("system_health_check",
                           R"({"checkServices":["redis"],"addresses":{"redis":"http://redis/"},
                               "maxLoadPerCore":1000,"minMemoryPercent":0,"minDiskPercent":0})");
  EXPECT_THAT(outcome.error, StartsWith("unhealthy: redis: status 503"));
  EXPECT_THAT(run("system_health_check", R"({"minDiskPercent":100})").error,
              HasSubstr("unhealthy: "));
}

TEST_F(MachineHandlersTest, ApiHealthcheckNeverCallsAnythingHealthyThatItDidNotCall) {
  const auto demo =
      run("api_healthcheck", R"({"endpoints":["payment","shipping","crm"],"timeoutMs":5000})");
  EXPECT_EQ(demo.status, RunStatus::kSucceeded);
  EXPECT_EQ(demo.result,
            "nothing was checked: no address is configured for payment, shipping, crm");
  EXPECT_EQ(run("api_healthcheck", "{}").result, "nothing to check: no endpoints are listed");
}

TEST_F(MachineHandlersTest, ApiHealthcheckCallsAddressesAndFailsOnABadOne) {
  client_.statuses = {{"https://a/", 200}, {"http://b/", 302}, {"http://c/", 500}};
  EXPECT_EQ(run("api_healthcheck", R"({"endpoints":["https://a/","b"],
                                       "addresses":{"b":"http://b/"}})")
                .result,
            "2 of 2 healthy");
  const auto outcome = run("api_healthcheck", R"({"endpoints":["https://a/","http://c/","x"]})");
  EXPECT_THAT(outcome.error, StartsWith("1 of 2 unhealthy: http://c/: status 500"));
  EXPECT_THAT(outcome.error, HasSubstr("no address is configured for x"));
  EXPECT_THAT(run("api_healthcheck", R"({"endpoints":"a","timeoutMs":0})").error,
              HasSubstr("'endpoints' must be a list of texts"));
}

TEST_F(MachineHandlersTest, CacheWarmupFetchesAndSaysWhatItCouldNot) {
  EXPECT_EQ(run("cache_warmup",
                R"({"cacheKeys":["products","categories","promotions"],"preloadPercent":80})")
                .result,
            "nothing was warmed: no address is configured for products, categories, promotions");
  client_.statuses = {{"http://a/", 200}, {"http://b/", 200}, {"http://c/", 404}};
  EXPECT_EQ(run("cache_warmup", R"({"cacheKeys":["http://a/","http://b/","http://c/"],
                                    "preloadPercent":50})")
                .result,
            "2 of 2 keys warmed");
  EXPECT_THAT(run("cache_warmup", R"({"cacheKeys":["http://c/"]})").error,
              StartsWith("0 of 1 keys warmed; http://c/: status 404"));
}

TEST_F(MachineHandlersTest, QueueMonitorKnowsTheRealDepth) {
  EXPECT_THAT(run("queue_monitor", "{}").error, HasSubstr("cannot be seen"));
  DatabaseSummary summary;
  environment_.summarize_database = [&] { return summary; };
  const std::string metadata = R"({"maxDepth":1000,"alertThreshold":500})";
  summary.runs_queued = 12;
  summary.runs_executing = 3;
  EXPECT_EQ(run("queue_monitor", metadata).result,
            "12 waiting, 3 running (alert above 500, limit 1000)");
  summary.runs_queued = 501;
  EXPECT_THAT(run("queue_monitor", metadata).result, StartsWith("above the alert threshold"));
  summary.runs_queued = 1001;
  EXPECT_EQ(run("queue_monitor", metadata).status, RunStatus::kFailed);
}

TEST_F(MachineHandlersTest, BackupWritesACopyAndAgesOldOnes) {
  const std::string metadata = R"({"backupType":"full","retentionDays":30})";
  EXPECT_THAT(run("data_backup", metadata).error, HasSubstr("no database to back up"));
  environment_.back_up_database = [](const std::string& path) -> Result<void> {
    std::ofstream(path) << "a database";
    return {};
  };
  put(folder_ / "backups/rota-20200101T000000Z.db", "old", std::chrono::hours{24 * 31});
  put(folder_ / "backups/rota-20200102T000000Z.db", "young", std::chrono::hours{24 * 29});
  put(folder_ / "backups/mine.txt", "not ours", std::chrono::hours{24 * 99});
  const auto outcome = run("data_backup", metadata);
  EXPECT_THAT(outcome.result, HasSubstr("rota-20261123T093000Z.db written, 10 bytes; 1 older"));
  EXPECT_TRUE(fs::exists(folder_ / "backups/rota-20261123T093000Z.db"));
  EXPECT_FALSE(fs::exists(folder_ / "backups/rota-20200101T000000Z.db"));
  EXPECT_TRUE(fs::exists(folder_ / "backups/rota-20200102T000000Z.db"));
  EXPECT_TRUE(fs::exists(folder_ / "backups/mine.txt"));
}

TEST_F(MachineHandlersTest, AFailedBackupLeavesNothingBehind) {
  environment_.back_up_database = [](const std::string& path) -> Result<void> {
    std::ofstream(path) << "half";
    return fail(ErrorCode::kStorageFull, "no room");
  };
  EXPECT_EQ(run("data_backup", "{}").error, "no room");
  EXPECT_TRUE(fs::is_empty(folder_ / "backups"));
  EXPECT_THAT(run("data_backup", R"({"backupType":"partial"})").error,
              HasSubstr("'backupType' must be \"full\""));
}

std::string unzip(const fs::path& file) {
  char text[1000] = "";
  const gzFile in = ::gzopen(file.c_str(), "rb");
  const int size = ::gzread(in, text, sizeof text);
  ::gzclose(in);
  return {text, static_cast<std::size_t>(std::max(size, 0))};
}

TEST_F(MachineHandlersTest, LogArchivalCompressesAndAges) {
  put(folder_ / "log/tasks.log", "current");
  put(folder_ / "log/tasks.log.1", "yesterday", std::chrono::hours{24});
  put(folder_ / "log/tasks.log.0.gz", "ancient", std::chrono::hours{24 * 91});
  put(folder_ / "log/other.txt", "not ours", std::chrono::hours{24 * 999});
  EXPECT_EQ(run("log_archival", R"({"retentionDays":90,"compressFiles":true})").result,
            "0 rotated, 1 compressed (9 bytes), 1 removed");
  EXPECT_TRUE(fs::exists(folder_ / "log/tasks.log"));
  EXPECT_TRUE(fs::exists(folder_ / "log/other.txt"));
  EXPECT_FALSE(fs::exists(folder_ / "log/tasks.log.1"));
  EXPECT_EQ(unzip(folder_ / "log/tasks.log.1.gz"), "yesterday");
}

TEST_F(MachineHandlersTest, LogArchivalRemovesNothingThatWasToBeArchivedElsewhere) {
  put(folder_ / "log/tasks.log.0.gz", "ancient", std::chrono::hours{24 * 91});
  const auto outcome = run("log_archival", R"({"archiveLocation":"s3"})");
  EXPECT_THAT(outcome.result,
              HasSubstr("nothing was sent to 's3' and nothing old removed (1 files)"));
  EXPECT_TRUE(fs::exists(folder_ / "log/tasks.log.0.gz"));
}

TEST_F(MachineHandlersTest, LogArchivalMovesALargeLogAsideAndTheLogGoesOn) {
  auto sink = base::open_json_log(folder_ / "log/tasks.log").value();
  const SystemClock clock;
  const base::Logger log(clock, {sink});
  log.info("tasks", std::string(1'100'000, 'x'));
  log.flush();
  EXPECT_THAT(run("log_archival", R"({"rotateMegabytes":1})").result, StartsWith("1 rotated"));
  log.reopen();
  log.info("tasks", "after");
  log.flush();
  EXPECT_LT(fs::file_size(folder_ / "log/tasks.log"), 200u);
}

TEST_F(MachineHandlersTest, OutboxesAreTruthful) {
  for (const auto& [type, box] : {std::pair{"send_emails", "email"}, {"send_sms", "sms"}}) {
    const std::string metadata = R"({"batchSize":50,"maxRetries":3,"provider":"x"})";
    EXPECT_THAT(run(type, metadata).result, HasSubstr("0 pending"));
    put(folder_ / "outbox" / box / "1.txt", "a message");
    const auto outcome = run(type, metadata);
    EXPECT_EQ(outcome.status, RunStatus::kFailed);
    EXPECT_THAT(outcome.error, HasSubstr("1 pending"));
    EXPECT_FALSE(outcome.worth_a_retry);
    EXPECT_TRUE(fs::exists(folder_ / "outbox" / box / "1.txt"));
  }
}

TEST(MachineTest, WritesSizesForPeople) {
  EXPECT_EQ(format_bytes(0), "0 bytes");
  EXPECT_EQ(format_bytes(999), "999 bytes");
  EXPECT_EQ(format_bytes(1500), "1.5 kB");
  EXPECT_EQ(format_bytes(999'700), "1.0 MB");
  EXPECT_EQ(format_bytes(25'000'000'000), "25 GB");
}

TEST(FoldersTest, FilesAreWrittenWholeAndPrivate) {
  char name[] = "/tmp/rota-folders-XXXXXX";
  const fs::path folder = ::mkdtemp(name);
  ASSERT_TRUE(write_file(folder / "a/b/c.txt", "text"));
  EXPECT_EQ(fs::status(folder / "a/b/c.txt").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_EQ(list_files(folder / "a/b")->size(), 1u);
  EXPECT_TRUE(list_files(folder / "absent")->empty());
  EXPECT_FALSE(write_file("/proc/nowhere/file", "text"));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace rota::handlers
