// What can be asked of tasks that are gone, and what a task's own answer advises.
#include "api/secured_fixture.h"

namespace rota::api {
namespace {

using net::status_of;

class HistoryApiTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
    make_task("Payroll");
  }
};

TEST_F(HistoryApiTest, ARemovedTaskIsFoundByNameAndIdAndAnswersForItsRuns) {
  ASSERT_EQ(status_of(as("run", "POST", "/api/v1/tasks/1/run")) / 100, 2);
  EXPECT_TRUE(
      json_of(as("view", "GET", "/api/v1/removed-tasks?ids=1")).at("items").as_array().empty());
  ASSERT_EQ(status_of(as("edit", "DELETE", "/api/v1/tasks/1?name=Payroll")) / 100, 2);
  for (const char* query : {"name=Payroll", "ids=7,1"}) {
    const auto page = json_of(as("view", "GET", std::string("/api/v1/removed-tasks?") + query));
    const auto& items = page.at("items").as_array();
    ASSERT_EQ(items.size(), 1U) << query;
    EXPECT_EQ(items[0].at("id").as_int64(), 1);
    EXPECT_EQ(items[0].at("name").as_string(), "Payroll");
  }
  const auto runs = json_of(as("view", "GET", "/api/v1/tasks/1/runs"));
  ASSERT_EQ(runs.at("items").as_array().size(), 1U);
  EXPECT_EQ(runs.at("items").at(0).at("skip_kind").as_string(), "removed");
}

TEST_F(HistoryApiTest, ARemovedTaskWithoutRunsIsKnownAllTheSame) {
  ASSERT_EQ(status_of(as("edit", "DELETE", "/api/v1/tasks/1?name=Payroll")) / 100, 2);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/tasks/1/runs")), 200);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/tasks/2/runs")), 404);
}

TEST_F(HistoryApiTest, EitherANameOrIdsMustBeGiven) {
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/removed-tasks")), 422);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/removed-tasks?name=a&ids=1")), 422);
}

TEST_F(HistoryApiTest, ATaskWithNothingLeftOutHasNoAdvice) {
  EXPECT_EQ(json_of(as("view", "GET", "/api/v1/tasks/1")).at("advice").as_string(), "");
}

}  // namespace
}  // namespace rota::api
