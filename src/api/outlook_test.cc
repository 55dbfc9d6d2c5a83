// What is to come, over the API: previews of an edit, the heat map, a date, and the settings.
#include "api/load_cache.h"
#include "api/secured_fixture.h"
#include "model/settings.h"
#include "store/store.h"

namespace rota::api {
namespace {

namespace json = boost::json;
using net::status_of;

class OutlookTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
    ASSERT_EQ(status_of(make_task("a")), 201);  // 03:00 UTC every day
  }
  std::string view(const std::string& target) { return as("view", "GET", target); }
};

TEST_F(OutlookTest, AnEditIsTriedBeforeItIsSaved) {
  const auto later =
      json_of(as("view", "POST", "/api/v1/tasks/1/preview", R"({"schedule":"0 4 * * *"})"));
  EXPECT_EQ(later.at("looked_at").as_int64(), 1);
  EXPECT_GE(later.at("move").as_int64(), 59);
  EXPECT_EQ(later.at("tasks").at(0).at("changes").at(0).at("kind").as_string(), "moves");
  const auto off = json_of(as("view", "POST", "/api/v1/tasks/1/preview", R"({"active":false})"));
  EXPECT_GE(off.at("vanish").as_int64(), 59);
  const auto same = json_of(as("view", "POST", "/api/v1/tasks/1/preview", R"({"priority":3})"));
  EXPECT_EQ(same.at("changed").as_int64(), 0);
  EXPECT_EQ(json_of(view("/api/v1/tasks/1")).at("version").as_int64(), 1);
  EXPECT_EQ(status_of(as("view", "POST", "/api/v1/tasks/1/preview", R"({"schedule":"x"})")), 422);
  EXPECT_EQ(status_of(as("view", "POST", "/api/v1/tasks/9/preview", "{}")), 404);
}

TEST_F(OutlookTest, ANewTaskIsTriedBeforeItIsMade) {
  const auto found = json_of(as("view", "POST", "/api/v1/tasks/preview",
                                R"({"name":"b","type":"null","schedule":"0 9 * * *"})"));
  EXPECT_GE(found.at("appear").as_int64(), 59);
  EXPECT_EQ(found.at("tasks").at(0).at("name").as_string(), "b");
  EXPECT_EQ(status_of(as("view", "POST", "/api/v1/tasks/preview", R"({"name":"b"})")), 422);
}

TEST_F(OutlookTest, TheHeatMapCountsEveryHour) {
  const auto load = json_of(view("/api/v1/load?from=2030-01-01&days=3&timezone=Europe/London"));
  ASSERT_EQ(load.at("days").as_array().size(), 3u);
  EXPECT_EQ(load.at("days").at(1).at("date").as_string(), "2030-01-02");
  EXPECT_EQ(load.at("days").at(1).at("hours").as_array().size(), 24u);
  EXPECT_EQ(load.at("days").at(1).at("hours").at(3).as_int64(), 1);
  EXPECT_EQ(load.at("tasks").as_int64(), 1);
  EXPECT_FALSE(load.at("shortened").as_bool());
  EXPECT_EQ(json_of(view("/api/v1/load")).at("days").as_array().size(), 28u);
  for (const char* wrong :
       {"days=0", "days=93", "from=soon", "timezone=Mars/Base", "x=1", "from=2300-01-01"}) {
    EXPECT_EQ(status_of(view(std::string("/api/v1/load?") + wrong)), 422) << wrong;
  }
}

TEST_F(OutlookTest, ADateIsListedPageByPage) {
  ASSERT_EQ(status_of(as("edit", "POST", "/api/v1/tasks",
                         R"({"name":"b","type":"null","schedule":"0 */6 * * *"})")),
            201);
  const std::string day = "/api/v1/load/day?date=2030-01-01&timezone=Europe/London&limit=3";
  const auto first = json_of(view(day));
  EXPECT_EQ(first.at("total").as_int64(), 5);
  EXPECT_EQ(first.at("items").at(1).at("name").as_string(), "a");
  EXPECT_EQ(first.at("items").at(1).at("local").as_string(), "2030-01-01 03:00:00");
  const std::string cursor(first.at("next_cursor").as_string());
  const auto second = json_of(view(day + "&cursor=" + cursor));
  EXPECT_EQ(second.at("items").as_array().size(), 2u);
  EXPECT_TRUE(second.at("next_cursor").is_null());
  EXPECT_EQ(status_of(view(day + "&cursor=abc")), 422);
}

TEST(LoadCacheTest, ComputesOnceInAWhile) {
  std::chrono::steady_clock::time_point now{};
  LoadCache cache([&] { return now; });
  int computed = 0;
  const auto compute = [&]() -> Result<std::string> { return std::to_string(++computed); };
  EXPECT_EQ(cache.get("a", compute).value(), "1");
  EXPECT_EQ(cache.get("a", compute).value(), "1");
  EXPECT_EQ(cache.get("b", compute).value(), "2");
  now += LoadCache::kKept;
  EXPECT_EQ(cache.get("a", compute).value(), "3");
  const auto broken = [&]() -> Result<std::string> { return fail(ErrorCode::kBusy, "x"); };
  EXPECT_FALSE(cache.get("c", broken));
  EXPECT_EQ(cache.get("c", compute).value(), "4");
}

class SettingsTest : public OutlookTest {
 protected:
  json::value value_of(const std::string& name) {
    const auto settings = json_of(view("/api/v1/settings"));
    for (const auto& item : settings.at("items").as_array()) {
      if (item.at("name").as_string() == name) return item.at("value");
    }
    return nullptr;
  }
  std::string change(const std::string& body) {
    return as("admin", "PATCH", "/api/v1/settings", body);
  }
};

TEST_F(SettingsTest, AreListedWithTheirBoundsAndChanged) {
  EXPECT_EQ(value_of("keep_runs_days"), 90);
  EXPECT_EQ(value_of("default_calendar"), "england-and-wales");
  const std::string changed =
      change(R"({"keep_runs_days":7,"keep_runs_max":500,"default_calendar":"scotland"})");
  ASSERT_EQ(status_of(changed), 200) << changed;
  EXPECT_EQ(value_of("keep_runs_days"), 7);
  EXPECT_EQ(value_of("keep_runs_max"), 500);
  EXPECT_EQ(value_of("default_calendar"), "scotland");
  EXPECT_EQ(*scheduler_->store().load_setting(model::kKeepRunsDays.name).value(), "7");
  ASSERT_EQ(status_of(change(R"({"keep_runs_days":null,"default_calendar":null})")), 200);
  EXPECT_EQ(value_of("keep_runs_days"), 90);
  EXPECT_EQ(value_of("default_calendar"), "england-and-wales");
}

TEST_F(SettingsTest, WrongOnesAreNamedTogetherAndNothingIsChanged) {
  const std::string answer =
      change(R"({"keep_runs_days":0,"keep_runs_max":"many","default_calendar":"mars","x":1})");
  EXPECT_EQ(status_of(answer), 422);
  EXPECT_EQ(json_of(answer).at("errors").as_array().size(), 4u) << answer;
  EXPECT_EQ(value_of("keep_runs_days"), 90);
  EXPECT_EQ(status_of(change("{}")), 422);
}

TEST_F(SettingsTest, AChangeIsOneRowOfTheAudit) {
  ASSERT_EQ(status_of(change(R"({"keep_runs_days":7})")), 200);
  const auto items =
      json_of(as("admin", "GET", "/api/v1/audit?search=settings")).at("items").as_array();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].at("after").at("keep_runs_days").as_int64(), 7);
}

TEST_F(SettingsTest, NonsenseInTheTableCountsAsTheDefault) {
  const store::SettingChange nonsense{"keep_runs_days", "soon"};
  ASSERT_TRUE(
      scheduler_->store().accounts().save_settings({&nonsense, 1}, {"test", "", "x", "", "", ""}));
  EXPECT_EQ(value_of("keep_runs_days"), 90);
}

}  // namespace
}  // namespace rota::api
