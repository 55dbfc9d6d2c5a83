// Calendars over the API: what people change, what it does to tasks, and what they are told.
#include <set>

#include "api/secured_fixture.h"

namespace rota::api {
namespace {

namespace json = boost::json;
using net::header_of;
using net::status_of;

constexpr const char* kIcs =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20301224\r\nSUMMARY:Shut\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20301231\r\nSUMMARY:Eve\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

class CalendarsTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
    const auto list = json_of(as("view", "GET", "/api/v1/calendars"));
    for (const auto& item : list.at("items").as_array()) {
      ids_[std::string(item.at("name").as_string())] = item.at("id").as_int64();
    }
  }
  std::string at(const std::string& name, const std::string& rest = {}) {
    return fmt::format("/api/v1/calendars/{}{}", ids_.at(name), rest);
  }
  std::string edit(const std::string& method, const std::string& target,
                   const std::string& body = {}, const std::string& headers = {}) {
    return as("edit", method, target, body, headers);
  }
  std::string add(const std::string& body) {
    std::string made = edit("POST", "/api/v1/calendars", body);
    if (status_of(made) == 201) {
      const auto calendar = json_of(made);
      ids_[std::string(calendar.at("name").as_string())] = calendar.at("id").as_int64();
    }
    return made;
  }
  std::set<std::string> wrong_fields_of(const std::string& answer) {
    EXPECT_EQ(status_of(answer), 422) << answer;
    std::set<std::string> fields;
    const auto problem = json_of(answer);
    for (const auto& error : problem.at("errors").as_array()) {
      fields.insert(std::string(error.at("field").as_string()));
    }
    return fields;
  }
  std::map<std::string, std::int64_t> ids_;
};

TEST_F(CalendarsTest, TheShippedOnesAreListedAndOneIsTheDefault) {
  const auto list = json_of(as("view", "GET", "/api/v1/calendars"));
  EXPECT_EQ(list.at("default").as_string(), "england-and-wales");
  EXPECT_EQ(list.at("items").as_array().size(), 4u);
  const std::string one = as("view", "GET", at("england-and-wales"));
  EXPECT_EQ(header_of(one, "ETag"), "\"1\"");
  EXPECT_TRUE(json_of(one).at("is_default").as_bool());
  EXPECT_TRUE(json_of(one).at("feed").is_null());
  EXPECT_EQ(json_of(one).at("days").as_array().size(), 0u);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/calendars?x=1")), 422);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/calendars/999")), 404);
}

TEST_F(CalendarsTest, AYearSaysWhichDatesAreClosedAndWhoSaysSo) {
  ASSERT_EQ(status_of(add(
                fmt::format(R"({{"name":"Acme","parent_id":{}}})", ids_.at("england-and-wales")))),
            201);
  ASSERT_EQ(status_of(edit("PUT", at("Acme", "/days/2027-03-29"),
                           R"({"title":"We work","closed":false})")),
            200);
  const auto year = json_of(as("view", "GET", at("Acme", "/year?year=2027")));
  EXPECT_EQ(year.at("weekend"), json::parse("[6,7]"));
  std::map<std::string, json::value> days;
  for (const auto& day : year.at("days").as_array()) {
    days[std::string(day.at("date").as_string())] = day;
  }
  const json::value& easter = days.at("2027-03-29");
  EXPECT_FALSE(easter.at("closed").as_bool());
  EXPECT_EQ(easter.at("source").as_string(), "hand");
  EXPECT_EQ(easter.at("calendar").as_string(), "Acme");
  const json::value& friday = days.at("2027-03-26");
  EXPECT_TRUE(friday.at("closed").as_bool());
  EXPECT_EQ(friday.at("source").as_string(), "rule");
  EXPECT_EQ(friday.at("calendar").as_string(), "england-and-wales");
  EXPECT_EQ(status_of(as("view", "GET", at("Acme", "/year?year=1969"))), 422);
  EXPECT_EQ(status_of(as("view", "GET", at("Acme", "/year?year=2100"))), 422);
}

TEST_F(CalendarsTest, IsMadeEditedAndRemovedByWhoSawItLast) {
  const std::string made = add(R"({"name":"Acme","weekend":"Friday, Saturday","rule":"scotland",
                                   "valid_from":"2026-01-01"})");
  ASSERT_EQ(status_of(made), 201) << made;
  EXPECT_EQ(header_of(made, "Location"), at("Acme"));
  EXPECT_EQ(json_of(made).at("weekend").as_string(), "fri,sat");
  EXPECT_EQ(status_of(edit("PATCH", at("Acme"), R"({"rule":""})")), 428);
  const std::string changed =
      edit("PATCH", at("Acme"), R"({"weekend":null,"valid_from":null})", "If-Match: \"1\"\r\n");
  ASSERT_EQ(status_of(changed), 200) << changed;
  EXPECT_EQ(header_of(changed, "ETag"), "\"2\"");
  EXPECT_TRUE(json_of(changed).at("valid_from").is_null());
  EXPECT_EQ(json_of(changed).at("rule").as_string(), "scotland");
  EXPECT_EQ(status_of(edit("PATCH", at("Acme"), "{}", "If-Match: \"1\"\r\n")), 412);
  const std::string sent_back =
      edit("PATCH", at("Acme"), net::body_of(changed), "If-Match: \"2\"\r\n");
  EXPECT_EQ(status_of(sent_back), 200) << sent_back;
  EXPECT_EQ(status_of(add(R"({"name":"Acme"})")), 409);
  EXPECT_EQ(status_of(edit("DELETE", at("Acme"))), 422);
  EXPECT_EQ(status_of(edit("DELETE", at("Acme", "?name=Acme"))), 204);
  EXPECT_EQ(status_of(as("view", "GET", at("Acme"))), 404);
}

TEST_F(CalendarsTest, EveryWrongFieldIsNamedAtOnce) {
  const std::set<std::string> wanted{"name",       "weekend",     "rule", "parent_id",
                                     "valid_from", "valid_until", "x"};
  EXPECT_EQ(wrong_fields_of(add(R"({"name":"","weekend":"someday","rule":"mars","parent_id":"a",
                                    "valid_from":"soon","valid_until":3,"x":1})")),
            wanted);
  EXPECT_EQ(wrong_fields_of(add(R"({"name":"a","parent_id":999})")),
            std::set<std::string>{"parent_id"});
  EXPECT_EQ(wrong_fields_of(edit("PUT", at("scotland", "/days/2026-13-01"), R"({"title":"x"})")),
            std::set<std::string>{"date"});
  EXPECT_EQ(wrong_fields_of(edit("PUT", at("scotland", "/days/2026-12-01"), R"({"closed":1})")),
            (std::set<std::string>{"title", "closed"}));
  EXPECT_EQ(wrong_fields_of(edit("PUT", at("weekdays", "/feed"), R"({"url":"gov.uk"})")),
            std::set<std::string>{"division"});
  EXPECT_EQ(wrong_fields_of(edit("PUT", at("weekdays", "/feed"),
                                 R"({"url":"file:///etc/passwd","format":"x","refresh_s":1})")),
            (std::set<std::string>{"url", "format", "refresh_s"}));
  EXPECT_EQ(wrong_fields_of(edit("POST", at("weekdays", "/preview"),
                                 R"({"days":[{"date":"2026-12-01","title":"a"},{"title":""}],
                                     "remove":["x"]})")),
            (std::set<std::string>{"days[1].date", "days[1].title", "remove"}));
  EXPECT_EQ(wrong_fields_of(edit("PUT", "/api/v1/calendars/default", R"({"name":"atlantis"})")),
            std::set<std::string>{"name"});
}

TEST_F(CalendarsTest, OneThatIsInUseStays) {
  EXPECT_EQ(status_of(edit("DELETE", at("england-and-wales", "?name=england-and-wales"))), 409);
  ASSERT_EQ(status_of(add(fmt::format(R"({{"name":"Acme","parent_id":{}}})", ids_["scotland"]))),
            201);
  const std::string kept = edit("DELETE", at("scotland", "?name=scotland"));
  EXPECT_EQ(status_of(kept), 409);
  EXPECT_NE(kept.find("1 other calendar"), std::string::npos) << kept;
  EXPECT_EQ(status_of(edit("PUT", "/api/v1/calendars/default", R"({"name":"Acme"})")), 200);
  EXPECT_TRUE(json_of(as("view", "GET", at("Acme"))).at("is_default").as_bool());
}

TEST_F(CalendarsTest, DaysAreClosedOpenedAndTakenAway) {
  const auto closed =
      json_of(edit("PUT", at("scotland", "/days/2030-12-24"), R"({"title":"Shut"})"));
  EXPECT_EQ(closed.at("days").at(0).at("source").as_string(), "hand");
  EXPECT_TRUE(closed.at("days").at(0).at("closed").as_bool());
  EXPECT_EQ(status_of(edit("DELETE", at("scotland", "/days/2030-12-24"))), 200);
  EXPECT_EQ(status_of(edit("DELETE", at("scotland", "/days/2030-12-24"))), 404);
}

TEST_F(CalendarsTest, PreviewSaysWhichRunsVanishAndStoresNothing) {
  ASSERT_EQ(status_of(as("edit", "POST", "/api/v1/tasks",
                         R"({"name":"daily","type":"null","schedule":"30 9 * * *",
                             "timezone":"Europe/London","working_days_only":true})")),
            201);
  const auto now = std::chrono::floor<std::chrono::days>(clock_.now());
  std::string days;
  for (int i = 1; i <= 7; ++i) {  // a week, so whatever the weekday is
    const std::chrono::year_month_day day{now + std::chrono::days{i}};
    days += fmt::format(R"({}{{"date":"{}-{:02}-{:02}","title":"Shut"}})", days.empty() ? "" : ",",
                        static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                        static_cast<unsigned>(day.day()));
  }
  const auto found =
      json_of(edit("POST", at("england-and-wales", "/preview"), "{\"days\":[" + days + "]}"));
  EXPECT_EQ(found.at("changed").as_int64(), 1) << found;
  EXPECT_GE(found.at("vanish").as_int64(), 3);
  EXPECT_EQ(found.at("tasks").at(0).at("changes").at(0).at("kind").as_string(), "vanishes");
  EXPECT_EQ(found.at("tasks").at(0).at("changes").at(0).at("why").as_string(), "Shut");
  const auto calendar = json_of(as("view", "GET", at("england-and-wales")));
  EXPECT_EQ(calendar.at("days").as_array().size(), 0u);
  EXPECT_EQ(calendar.at("version").as_int64(), 1);
}

TEST_F(CalendarsTest, AFileOfDaysIsTriedAndTaken) {
  const std::string type = "Content-Type: text/calendar; charset=utf-8\r\n";
  const std::string where = at("scotland", "/import");
  EXPECT_TRUE(
      json_of(edit("POST", where + "?dry_run=true", kIcs, type)).as_object().contains("tasks"));
  ASSERT_EQ(status_of(edit("PUT", at("scotland", "/days/2030-12-24"), R"({"title":"By hand"})")),
            200);
  const auto first = json_of(edit("POST", where, kIcs, type));
  EXPECT_EQ(first.at("imported").as_int64(), 1);
  EXPECT_EQ(first.at("replaced").as_int64(), 0);
  EXPECT_EQ(first.at("skipped").as_int64(), 1) << "what was said by hand stays";
  EXPECT_EQ(json_of(edit("POST", where, kIcs, type)).at("replaced").as_int64(), 1);
  EXPECT_EQ(json_of(as("view", "GET", at("scotland"))).at("days").as_array().size(), 2u);
  EXPECT_EQ(status_of(edit("POST", where, kIcs)), 415);
  EXPECT_EQ(status_of(edit("POST", where, "<html>", type)), 422);
}

TEST_F(CalendarsTest, AFileMayBeLargerThanOtherBodies) {
  std::string text = kIcs;
  const std::string note = "X-NOTE:" + std::string(60, 'x') + "\r\n";
  std::string padding;
  while (padding.size() < (2 << 20)) padding += note;
  text.insert(text.find("BEGIN:VEVENT"), padding);
  const std::string type = "Content-Type: text/calendar\r\n";
  const std::string answer = edit("POST", at("scotland", "/import"), text, type);
  EXPECT_EQ(status_of(answer), 200) << answer;
  EXPECT_EQ(status_of(edit("POST", "/api/v1/calendars", std::string(2 << 20, ' '))), 413);
}

TEST_F(CalendarsTest, AFeedThatCannotBeAskedSaysSoAndNothingIsLost) {
  EXPECT_EQ(status_of(edit("POST", at("scotland", "/refresh"))), 404);
  const std::string feed = edit("PUT", at("scotland", "/feed"),
                                R"({"url":"http://127.0.0.1:9/days.ics","refresh_s":3600})");
  ASSERT_EQ(status_of(feed), 200) << feed;
  EXPECT_EQ(json_of(feed).at("feed").at("format").as_string(), "ics");
  const std::string asked = edit("POST", at("scotland", "/refresh"));
  ASSERT_EQ(status_of(asked), 200) << asked;
  EXPECT_NE(json_of(asked).at("feed").at("error").as_string(), "") << "a private address";
  EXPECT_TRUE(json_of(asked).at("feed").at("stale").as_bool());
  EXPECT_EQ(json_of(as("view", "GET", at("scotland", "/differences"))).at("items"),
            json::parse("[]"));
  EXPECT_TRUE(json_of(edit("DELETE", at("scotland", "/feed"))).at("feed").is_null());
  EXPECT_EQ(status_of(edit("DELETE", at("scotland", "/feed"))), 404);
}

TEST_F(CalendarsTest, EveryChangeStandsInTheAuditWithBeforeAndAfter) {
  ASSERT_EQ(status_of(add(R"({"name":"Acme"})")), 201);
  (void)edit("PATCH", at("Acme"), R"({"rule":"scotland"})", "If-Match: *\r\n");
  (void)edit("PUT", at("Acme", "/days/2030-01-03"), R"({"title":"Shut"})");
  const auto items =
      json_of(as("admin", "GET", "/api/v1/audit?search=calendar")).at("items").as_array();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0].at("action").as_string(), "calendar.day");
  EXPECT_TRUE(items[0].at("before").is_null());
  EXPECT_EQ(items[0].at("after").at("title").as_string(), "Shut");
  EXPECT_EQ(items[1].at("before").at("rule").as_string(), "");
  EXPECT_EQ(items[1].at("after").at("rule").as_string(), "scotland");
  EXPECT_EQ(items[2].at("action").as_string(), "calendar.add");
}

}  // namespace
}  // namespace rota::api
