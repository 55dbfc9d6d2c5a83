// The answers themselves.
#include "api/api_test_fixture.h"
#include "rota/version.h"

namespace rota::api {
namespace {

using net::body_of;
using net::header_of;
using net::status_of;
namespace json = boost::json;

TEST_F(ApiTest, TasksComeWithTheFieldsOfTheTables) {
  const auto task = get_json("/api/v1/tasks/1").as_object();
  EXPECT_EQ(task.at("id").as_int64(), 1);
  EXPECT_EQ(task.at("name").as_string(), "Nightly <b>Backup</b>");
  EXPECT_EQ(task.at("working_days_only").as_bool(), false);
  EXPECT_EQ(task.at("metadata").at("backupType").as_string(), "full");
  EXPECT_TRUE(task.at("executed_at").is_null());
  EXPECT_EQ(task.at("on_non_working_day").as_string(), "skip");
  EXPECT_EQ(task.at("failure_count").as_int64(), 0);
}

TEST_F(ApiTest, MarkupInANameIsEscapedOnTheWire) {
  EXPECT_EQ(body_of(get("/api/v1/tasks/1")).find('<'), std::string::npos);
}

TEST_F(ApiTest, HostileRowsStayReadable) {
  TaskView view;
  view.task.id = TaskId{7};
  view.task.name = "bad \xff utf-8 \x01 \"quoted\" \\";
  view.task.metadata = "{not json";
  view.execution.schedule_error = "column 1: nonsense";
  scheduler_.put(view);
  const auto task = get_json("/api/v1/tasks/7").as_object();
  EXPECT_EQ(task.at("name").as_string(), "bad \xEF\xBF\xBD utf-8 \x01 \"quoted\" \\");
  EXPECT_EQ(task.at("metadata").as_string(), "{not json");
  EXPECT_EQ(task.at("schedule_error").as_string(), "column 1: nonsense");
}

TEST_F(ApiTest, MetadataNestedWithoutEndIsATextNotACrash) {
  TaskView view;
  view.task.id = TaskId{8};
  view.task.metadata = std::string(60000, '[');
  scheduler_.put(view);
  EXPECT_TRUE(get_json("/api/v1/tasks/8").at("metadata").is_string());
  view.task.metadata = R"({"a":1,"a":2})";
  scheduler_.put(view);
  EXPECT_TRUE(get_json("/api/v1/tasks/8").at("metadata").is_string()) << "two readers, two values";
}

TEST_F(ApiTest, ListIsPagedByCursor) {
  const auto first = get_json("/api/v1/tasks?limit=1").as_object();
  EXPECT_EQ(first.at("items").as_array().size(), 1u);
  EXPECT_EQ(first.at("total").as_int64(), 2);
  const std::string cursor(first.at("next_cursor").as_string());
  const auto second = get_json("/api/v1/tasks?limit=1&cursor=" + cursor).as_object();
  EXPECT_EQ(second.at("items").at(0).at("id").as_int64(), 2);
  EXPECT_TRUE(second.at("next_cursor").is_null());
}

TEST_F(ApiTest, ListPassesSearchFilterAndSortOn) {
  get("/api/v1/"
      "tasks?search=a%20b&type=t&active=false&failing=true&paused=true&sort=-next_scheduled_at");
  const TaskQuery& query = scheduler_.last_query;
  EXPECT_EQ(query.search, "a b");
  EXPECT_EQ(query.type, "t");
  EXPECT_EQ(query.active, std::optional<bool>(false));
  EXPECT_TRUE(query.failing_only);
  EXPECT_TRUE(query.paused_only);
  EXPECT_EQ(query.order, TaskOrder::kNextScheduled);
  EXPECT_TRUE(query.descending);
}

TEST_F(ApiTest, ListOfIdsLeavesOutWhatIsGone) {
  const auto page = get_json("/api/v1/tasks?ids=2,99,1").as_object();
  EXPECT_EQ(page.at("items").as_array().size(), 2u);
}

TEST_F(ApiTest, EveryWrongParameterIsSaidAtOnce) {
  const std::string answer =
      get("/api/v1/tasks?limit=0&active=maybe&sort=color&nonsense=1&limit=2");
  EXPECT_EQ(status_of(answer), 422);
  const auto errors = json::parse(body_of(answer)).at("errors").as_array();
  EXPECT_EQ(errors.size(), 5u);
}

TEST_F(ApiTest, BrokenEncodingsAreRefused) {
  for (const char* query : {"search=%", "search=%4", "search=%zz", "search=%ff", "search=a%00b"}) {
    EXPECT_EQ(status_of(get(std::string("/api/v1/tasks?") + query)), 422) << query;
  }
  EXPECT_EQ(status_of(get("/api/v1/tasks?search=" + std::string(201, 'a'))), 422);
}

TEST_F(ApiTest, RunsAreListedAndShown) {
  rota::Run run;
  run.id = RunId{5};
  run.task_id = TaskId{1};
  run.status = RunStatus::kFailed;
  run.error = "no";
  scheduler_.put(run);
  EXPECT_EQ(get_json("/api/v1/tasks/1/runs").at("items").at(0).at("status").as_string(), "failed");
  EXPECT_EQ(get_json("/api/v1/runs/5").at("error").as_string(), "no");
  EXPECT_EQ(get_json("/api/v1/tasks/2/runs").at("items").as_array().size(), 0u);
  EXPECT_EQ(status_of(get("/api/v1/tasks/77/runs")), 404);
  EXPECT_EQ(status_of(get("/api/v1/runs/6")), 404);
  EXPECT_EQ(status_of(get("/api/v1/tasks/1/runs?status=failed,odd")), 422);
}

TEST_F(ApiTest, OutputComesAsJsonOrAsAHarmlessFile) {
  rota::Run run;
  run.id = RunId{5};
  scheduler_.put(run);
  scheduler_.put(OutputChunk{RunId{5}, 0, 1, "<script>alert(1)</script>\n"});
  scheduler_.put(OutputChunk{RunId{5}, 1, 2, "\xff\n"});
  const auto output = get_json("/api/v1/runs/5/output").as_object();
  EXPECT_EQ(output.at("chunks").as_array().size(), 2u);
  EXPECT_EQ(output.at("next_after").as_int64(), 1);
  EXPECT_EQ(get_json("/api/v1/runs/5/output?after=0").at("chunks").as_array().size(), 1u);
  const std::string file = get("/api/v1/runs/5/output?format=file");
  EXPECT_EQ(body_of(file), "<script>alert(1)</script>\n\xff\n");
  EXPECT_NE(header_of(file, "Content-Security-Policy").find("sandbox"), std::string::npos);
  EXPECT_EQ(header_of(file, "Content-Disposition"), "attachment; filename=\"rota-run-5.txt\"");
}

TEST_F(ApiTest, ScheduleIsExplained) {
  const auto answer = get_json(
      "/api/v1/schedules/explain?expr=30%209%20*%20*%201-5&timezone=Europe/London&count=2"
      "&from=2026-03-27T12:00:00Z");
  EXPECT_EQ(answer.at("format").as_string(), "cron");
  EXPECT_EQ(answer.at("slots").at(0).at("at").as_string(), "2026-03-30T08:30:00Z");
  EXPECT_EQ(answer.at("slots").at(0).at("utc_offset").as_string(), "+01:00");
  EXPECT_EQ(get_json("/api/v1/tasks/1/slots?count=3").at("slots").as_array().size(), 3u);
}

TEST_F(ApiTest, WrongScheduleSaysWhere) {
  const std::string answer = get("/api/v1/schedules/explain?expr=61%20*%20*%20*%20*");
  EXPECT_EQ(status_of(answer), 422);
  const auto error = json::parse(body_of(answer)).at("errors").at(0).as_object();
  EXPECT_EQ(error.at("field").as_string(), "expr");
  EXPECT_EQ(error.at("column").as_int64(), 1);
  EXPECT_EQ(status_of(get("/api/v1/schedules/explain")), 422);
  EXPECT_EQ(status_of(get("/api/v1/schedules/explain?expr=%40daily&timezone=Mars/Base")), 422);
}

TEST_F(ApiTest, StatusAndMetricsSayTheSameFigures) {
  scheduler_.figures.executing = 3;
  scheduler_.figures.succeeded = 42;
  scheduler_.figures.lateness_p99 = Duration{1500};
  const auto status = get_json("/api/v1/status").as_object();
  EXPECT_EQ(status.at("version").as_string(), kVersion);
  EXPECT_EQ(status.at("engine").at("executing").as_int64(), 3);
  EXPECT_EQ(status.at("engine").at("lateness_p99_ms").to_number<double>(), 1.5);
  const std::string metrics = body_of(get("/metrics"));
  EXPECT_NE(metrics.find("rota_runs_executing 3\n"), std::string::npos);
  EXPECT_NE(metrics.find("rota_runs_finished_total{status=\"succeeded\"} 42\n"), std::string::npos);
  EXPECT_NE(metrics.find("rota_lateness_seconds{quantile=\"0.99\"} 0.0015\n"), std::string::npos);
}

TEST_F(ApiTest, HandlersComeWithTheirSchemas) {
  const auto items = get_json("/api/v1/handlers").at("items").as_array();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].at("type").as_string(), "null");
  EXPECT_EQ(items[0].at("metadata_schema").at("type").as_string(), "object");
}

TEST_F(ApiTest, HealthIsShort) { EXPECT_EQ(body_of(get("/healthz")), "ok\n"); }

TEST_F(ApiTest, ReadinessSaysWhyNothingIsStarted) {
  scheduler_.figures.running = true;
  EXPECT_EQ(status_of(get("/readyz")), 200);
  EXPECT_EQ(body_of(get("/readyz")), "ready\n");
  scheduler_.figures.not_ready = "the database's file is gone";
  EXPECT_EQ(status_of(get("/readyz")), 503);
  EXPECT_EQ(body_of(get("/readyz")), "not ready: the database's file is gone\n");
  EXPECT_EQ(get_json("/api/v1/status").at("engine").at("not_ready").as_string(),
            "the database's file is gone");
  EXPECT_NE(body_of(get("/metrics")).find("rota_engine_ready 0"), std::string::npos);
  EXPECT_EQ(status_of(get("/healthz")), 200) << "the process is well";
}

}  // namespace
}  // namespace rota::api
