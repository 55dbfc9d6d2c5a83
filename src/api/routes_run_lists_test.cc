// Lists of runs: of all tasks, of one series, and the last few of many tasks at once.
#include "api/api_test_fixture.h"

namespace rota::api {
namespace {

using net::body_of;
using net::status_of;
namespace json = boost::json;

class RunListsTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    add(5, 1, RunStatus::kFailed, std::nullopt);
    add(6, 2, RunStatus::kSucceeded, std::nullopt);
    add(7, 1, RunStatus::kSucceeded, RunId{5});
  }
  void add(std::int64_t id, std::int64_t task, RunStatus status, std::optional<RunId> first) {
    rota::Run run;
    run.id = RunId{id};
    run.task_id = TaskId{task};
    run.status = status;
    run.first_run_id = first;
    scheduler_.put(run);
  }
  std::vector<std::int64_t> ids(const std::string& target) {
    std::vector<std::int64_t> found;
    const auto page = get_json(target).as_object();
    for (const auto& item : page.at("items").as_array()) found.push_back(item.at("id").as_int64());
    return found;
  }
};

TEST_F(RunListsTest, RunsOfAllTasksAreFilteredByStatus) {
  EXPECT_EQ(ids("/api/v1/runs").size(), 3u);
  EXPECT_EQ(ids("/api/v1/runs?status=failed,lost"), (std::vector<std::int64_t>{5}));
  EXPECT_EQ(status_of(get("/api/v1/runs?status=great")), 422);
}

TEST_F(RunListsTest, AttemptsAreThoseOfTheSeriesWhicheverIsAsked) {
  EXPECT_EQ(ids("/api/v1/runs/5/attempts").size(), 2u);
  EXPECT_EQ(ids("/api/v1/runs/7/attempts"), ids("/api/v1/runs/5/attempts"));
  EXPECT_EQ(ids("/api/v1/runs/6/attempts"), (std::vector<std::int64_t>{6}));
  EXPECT_EQ(status_of(get("/api/v1/runs/99/attempts")), 404);
}

TEST_F(RunListsTest, RecentRunsOfManyTasksComeInOneAnswer) {
  const auto items = get_json("/api/v1/runs/recent?tasks=2,1,77&each=1").at("items").as_array();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0].at("task_id").as_int64(), 2);
  EXPECT_EQ(items[0].at("runs").at(0).at("status").as_string(), "succeeded");
  EXPECT_EQ(items[1].at("runs").as_array().size(), 1u);
  EXPECT_TRUE(items[2].at("runs").as_array().empty());
}

TEST_F(RunListsTest, RecentRunsAreBounded) {
  EXPECT_EQ(status_of(get("/api/v1/runs/recent")), 422);
  EXPECT_EQ(status_of(get("/api/v1/runs/recent?tasks=1&each=31")), 422);
  EXPECT_EQ(status_of(get("/api/v1/runs/recent?tasks=x")), 422);
  std::string many = "1";
  for (int i = 2; i <= 101; ++i) many += "," + std::to_string(i);
  EXPECT_EQ(status_of(get("/api/v1/runs/recent?tasks=" + many)), 422);
}

}  // namespace
}  // namespace rota::api
