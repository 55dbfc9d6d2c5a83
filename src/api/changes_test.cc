// What people change over the API, and what they are told when it is wrong.
#include "api/secured_fixture.h"

namespace rota::api {
namespace {

namespace json = boost::json;
using net::header_of;
using net::status_of;

class ChangesTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
  }
  std::string edit(const std::string& body, const std::string& etag) {
    return as("edit", "PATCH", "/api/v1/tasks/1", body,
              etag.empty() ? "" : "If-Match: " + etag + "\r\n");
  }
};

TEST_F(ChangesTest, TaskIsMadeWithAnAddressAndATag) {
  const std::string made = as("edit", "POST", "/api/v1/tasks",
                              R"({"name":"Report","type":"null","schedule":"30 9 * * 1-5",
                                 "timezone":"Europe/London","metadata":{"a":[1,2.5,"x"]},
                                 "priority":10,"working_days_only":true})");
  ASSERT_EQ(status_of(made), 201) << made;
  EXPECT_EQ(header_of(made, "Location"), "/api/v1/tasks/1");
  EXPECT_EQ(header_of(made, "ETag"), "\"1\"");
  const auto task = json_of(as("view", "GET", "/api/v1/tasks/1"));
  EXPECT_EQ(task.at("priority").as_int64(), 10);
  EXPECT_EQ(task.at("metadata").at("a").as_array().size(), 3u);
  EXPECT_EQ(task.at("updated_by").as_string(), "edit (token test)");
}

TEST_F(ChangesTest, EveryWrongFieldIsNamedAtOnce) {
  const std::string answer =
      as("edit", "POST", "/api/v1/tasks",
         R"({"name":"","type":"null","schedule":"61 * * * *","timezone":"Mars/Base",
            "priority":"high","overlap":"never","colour":"red","active":3})");
  EXPECT_EQ(status_of(answer), 422);
  std::set<std::string> fields;
  const auto problem = json_of(answer);
  for (const auto& error : problem.at("errors").as_array()) {
    fields.insert(std::string(error.at("field").as_string()));
  }
  const std::set<std::string> wanted{"name",    "schedule", "timezone", "priority",
                                     "overlap", "colour",   "active"};
  EXPECT_EQ(fields, wanted) << answer;
}

TEST_F(ChangesTest, EditNeedsTheVersionThatWasRead) {
  make_task("a");
  EXPECT_EQ(status_of(edit(R"({"description":"x"})", "")), 428);
  const std::string first = edit(R"({"description":"x"})", "\"1\"");
  ASSERT_EQ(status_of(first), 200) << first;
  EXPECT_EQ(header_of(first, "ETag"), "\"2\"");
  EXPECT_EQ(status_of(edit(R"({"description":"y"})", "\"1\"")), 412);
  EXPECT_EQ(status_of(edit(R"({"description":"y"})", "*")), 200);
  const auto task = json_of(as("view", "GET", "/api/v1/tasks/1"));
  EXPECT_EQ(task.at("description").as_string(), "y");
  EXPECT_EQ(task.at("schedule").as_string(), "0 3 * * *") << "what PATCH does not name stays";
  EXPECT_EQ(status_of(as("edit", "PATCH", "/api/v1/tasks/99", "{}", "If-Match: *\r\n")), 404);
}

TEST_F(ChangesTest, WhatWasReadCanBeSentBack) {
  make_task("a");
  std::string body = net::body_of(as("view", "GET", "/api/v1/tasks/1"));
  const std::string answer = as("edit", "PUT", "/api/v1/tasks/1", body, "If-Match: \"1\"\r\n");
  EXPECT_EQ(status_of(answer), 200) << answer;
}

TEST_F(ChangesTest, ValidateSaysWhatWouldBeWrongAndStoresNothing) {
  const auto good = json_of(as("view", "POST", "/api/v1/tasks/validate",
                               R"({"name":"a","type":"null","schedule":"@daily"})"));
  EXPECT_TRUE(good.at("valid").as_bool());
  const auto bad = json_of(as("view", "POST", "/api/v1/tasks/validate",
                              R"({"name":"a","type":"null","schedule":"0 25 * * *"})"));
  EXPECT_FALSE(bad.at("valid").as_bool());
  EXPECT_EQ(bad.at("errors").at(0).at("field").as_string(), "schedule");
  EXPECT_EQ(json_of(as("view", "GET", "/api/v1/tasks")).at("total").as_int64(), 0);
}

TEST_F(ChangesTest, RemovingATaskIsConfirmedByItsName) {
  make_task("my task");
  EXPECT_EQ(status_of(as("edit", "DELETE", "/api/v1/tasks/1")), 422);
  EXPECT_EQ(status_of(as("edit", "DELETE", "/api/v1/tasks/1?name=other")), 422);
  EXPECT_EQ(status_of(as("edit", "DELETE", "/api/v1/tasks/1?name=my%20task")), 204);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/tasks/1")), 404);
}

TEST_F(ChangesTest, RunNowIsForThoseWhoRunOtherMetadataForThoseWhoEdit) {
  make_task("a");
  const std::string run = as("run", "POST", "/api/v1/tasks/1/run");
  ASSERT_EQ(status_of(run), 202) << run;
  EXPECT_EQ(header_of(run, "Location"), "/api/v1/runs/1");
  EXPECT_EQ(json_of(run).at("requested_by").as_string(), "run (token test)");
  const std::string metadata = R"({"metadata":{"argv":["/bin/sh"]}})";
  EXPECT_EQ(status_of(as("run", "POST", "/api/v1/tasks/1/run", metadata)), 403);
  EXPECT_EQ(status_of(as("edit", "POST", "/api/v1/tasks/1/run", metadata)), 202);
  EXPECT_EQ(status_of(as("run", "POST", "/api/v1/tasks/77/run")), 404);
}

TEST_F(ChangesTest, QueuedRunIsCancelledOnceAndRunAgain) {
  make_task("a");
  (void)as("run", "POST", "/api/v1/tasks/1/run");
  EXPECT_EQ(status_of(as("run", "POST", "/api/v1/runs/1/retry")), 409) << "it has not ended";
  const std::string cancelled = as("run", "POST", "/api/v1/runs/1/cancel");
  ASSERT_EQ(status_of(cancelled), 202) << cancelled;
  EXPECT_EQ(json_of(cancelled).at("status").as_string(), "cancelled");
  EXPECT_EQ(json_of(cancelled).at("reason").as_string(), "cancelled by run (token test)");
  EXPECT_EQ(status_of(as("run", "POST", "/api/v1/runs/1/cancel")), 409);
  EXPECT_EQ(status_of(as("run", "POST", "/api/v1/runs/1/retry")), 202);
  EXPECT_EQ(status_of(as("run", "POST", "/api/v1/runs/9/cancel")), 404);
}

TEST_F(ChangesTest, PauseHasAReasonAndAnEnd) {
  make_task("a");
  const std::string paused = as("run", "POST", "/api/v1/tasks/1/pause",
                                R"({"reason":"audit","until":"2031-01-01T00:00:00Z"})");
  ASSERT_EQ(status_of(paused), 200) << paused;
  EXPECT_EQ(json_of(paused).at("pause_reason").as_string(), "audit");
  EXPECT_EQ(json_of(paused).at("paused_until").as_string(), "2031-01-01T00:00:00Z");
  const std::string resumed = as("run", "POST", "/api/v1/tasks/1/resume");
  EXPECT_TRUE(json_of(resumed).at("paused_until").is_null());
  EXPECT_EQ(status_of(as("run", "POST", "/api/v1/tasks/1/pause", R"({"until":"soon"})")), 422);
}

TEST_F(ChangesTest, ManyTasksAreChangedEachWithItsOwnOutcome) {
  make_task("a");
  make_task("b");
  const auto done = json_of(
      as("edit", "POST", "/api/v1/tasks/bulk/edit", R"({"ids":[2,1,99],"set":{"priority":7}})"));
  EXPECT_EQ(done.at("changed").as_int64(), 2);
  EXPECT_TRUE(done.at("items").at(0).at("ok").as_bool());
  EXPECT_EQ(done.at("items").at(2).at("code").as_string(), "not_found");
  EXPECT_EQ(json_of(as("view", "GET", "/api/v1/tasks/2")).at("priority").as_int64(), 7);
  const auto bad = json_of(
      as("edit", "POST", "/api/v1/tasks/bulk/edit", R"({"ids":[1],"set":{"priority":101}})"));
  EXPECT_EQ(bad.at("items").at(0).at("errors").at(0).at("field").as_string(), "priority");
  const auto bulk = [&](const std::string& what, const std::string& body) {
    return as("edit", "POST", "/api/v1/tasks/bulk/" + what, body);
  };
  EXPECT_EQ(json_of(bulk("pause", R"({"ids":[1,2],"reason":"x"})")).at("changed").as_int64(), 2);
  EXPECT_EQ(json_of(bulk("resume", R"({"ids":[1,2]})")).at("changed").as_int64(), 2);
  EXPECT_EQ(json_of(bulk("run", R"({"ids":[1]})")).at("changed").as_int64(), 1);
  EXPECT_EQ(status_of(bulk("remove", R"({"ids":[1,2]})")), 422);
  EXPECT_EQ(json_of(bulk("remove", R"({"ids":[1,2],"count":2})")).at("changed").as_int64(), 2);
  for (const char* body : {"{}", R"({"ids":[]})", R"({"ids":[1,1]})", R"({"ids":["1"]})"}) {
    EXPECT_EQ(status_of(bulk("resume", body)), 422) << body;
  }
}

TEST_F(ChangesTest, ColleaguesChangeIsSeenAndUndone) {
  make_task("a");
  ASSERT_EQ(status_of(edit(R"({"schedule":"0 4 * * *","metadata":{"b":1}})", "\"1\"")), 200);
  const auto items = json_of(as("view", "GET", "/api/v1/tasks/1/revisions")).at("items");
  ASSERT_EQ(items.as_array().size(), 2u);
  EXPECT_EQ(items.at(0).at("before").at("schedule").as_string(), "0 3 * * *");
  EXPECT_EQ(items.at(0).at("after").at("schedule").as_string(), "0 4 * * *");
  EXPECT_TRUE(items.at(1).at("before").is_null());
  const std::string back =
      fmt::format("/api/v1/tasks/1/revisions/{}/restore", items.at(1).at("seq").as_int64());
  const std::string restored = as("edit", "POST", back);
  ASSERT_EQ(status_of(restored), 200) << restored;
  EXPECT_EQ(json_of(restored).at("schedule").as_string(), "0 3 * * *");
  EXPECT_EQ(json_of(restored).at("metadata").as_object().size(), 0u);
  EXPECT_EQ(json_of(restored).at("version").as_int64(), 3);
  EXPECT_EQ(status_of(as("edit", "POST", "/api/v1/tasks/1/revisions/999/restore")), 404);
}

TEST_F(ChangesTest, ANameThatStandsTwiceIsAnErrorThatSaysWhere) {
  const auto answer = as("edit", "POST", "/api/v1/tasks",
                         R"({"name":"a","metadata":{"headers":[{"X":"1","\u0058":"2"}]}})");
  EXPECT_EQ(status_of(answer), 422);
  EXPECT_EQ(json_of(answer).at("errors").at(0).at("field").as_string(), "metadata.headers[0].X");
  EXPECT_NE(json_of(answer).at("detail").as_string().find("names 'metadata.headers[0].X' twice"),
            std::string::npos)
      << net::body_of(answer);
  for (const char* body : {R"({"name":"a","name":"b"})", R"({"metadata":"{\"a\":1,\"a\":2}"})"}) {
    EXPECT_EQ(status_of(as("edit", "POST", "/api/v1/tasks", body)), 422) << body;
  }
  ASSERT_EQ(status_of(make_task("a")), 201);
  EXPECT_EQ(status_of(as("edit", "PATCH", "/api/v1/tasks/1", R"({"priority":1,"priority":2})",
                         "If-Match: *\r\n")),
            422);
}

TEST_F(ChangesTest, HostileBodiesAreRefusedWithAReason) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const std::vector<std::string> bodies{"{",
                                        "[]",
                                        "null",
                                        "\"x\"",
                                        "{\"name\":}",
                                        "{}{}",
                                        "{\"a\":1} x",
                                        deep,
                                        "{\"metadata\":" + deep + "}",
                                        "{\"name\":\"\xff\"}",
                                        "{\"name\":\"a\\u0000b\"}",
                                        "{\"priority\":1e999}",
                                        "{\"metadata\":{\"a\":1e400}}",
                                        "\xEF\xBB\xBF{\"name\":\"a\"}",
                                        "{\"name\":\"\\ud800\"}",
                                        "{\"priority\":99999999999999999999}"};
  for (const std::string& body : bodies) {
    EXPECT_EQ(status_of(as("edit", "POST", "/api/v1/tasks", body)), 422) << body;
  }
  EXPECT_EQ(status_of(as("edit", "POST", "/api/v1/tasks", std::string((1 << 20) + 1, ' '))), 413);
}

}  // namespace
}  // namespace rota::api
