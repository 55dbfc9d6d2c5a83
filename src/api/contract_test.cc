// Every route of the description, called once with success: its answer fits its schema, and what
// changes something writes exactly one row of the audit. Then every error that the description
// names for a route is reached, or stands in the list of those that cannot be reached this way.
#include <map>
#include <set>

#include "api/schema_check.h"
#include "api/secured_fixture.h"

namespace rota::api {
namespace {

namespace json = boost::json;
using net::status_of;

/// One good request of a route, in an order in which each finds what it needs.
struct Example {
  std::string method;
  std::string pattern;
  std::string target;
  std::string body = {};
  std::string headers = {};
  int audit_rows = -1;  ///< -1: one for what changes something, none for GET.
};

constexpr const char* kAny = "If-Match: *\r\n";
constexpr const char* kCalendarType = "Content-Type: text/calendar\r\n";
constexpr const char* kIcs =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "DTSTART;VALUE=DATE:20301224\r\nSUMMARY:Shut\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
constexpr const char* kTask = R"({"name":"d","type":"null","schedule":"0 3 * * *"})";

const std::string kTasks = "/api/v1/tasks";
const std::string kOne = kTasks + "/{id}";
const std::string kRuns = "/api/v1/runs";

// With tasks 1 to 3 and calendars 1 to 4. Ids in braces are filled in by the pattern's examples.
std::vector<Example> task_examples() {
  return {
      {"POST", kTasks, kTasks, kTask},
      {"POST", kTasks + "/validate", kTasks + "/validate", kTask, {}, 0},
      {"POST",
       kTasks + "/preview",
       kTasks + "/preview",
       R"({"name":"e","type":"null","schedule":"@daily"})",
       {},
       0},
      {"POST", kOne + "/preview", kTasks + "/1/preview", R"({"schedule":"0 4 * * *"})", {}, 0},
      {"PATCH", kOne, kTasks + "/1", R"({"priority":7})", kAny},
      {"PUT", kOne, kTasks + "/1", R"({"name":"a","type":"null","schedule":"0 5 * * *"})", kAny},
      {"POST", kOne + "/pause", kTasks + "/1/pause", R"({"reason":"x"})"},
      {"POST", kOne + "/resume", kTasks + "/1/resume"},
      {"POST", kOne + "/run", kTasks + "/1/run"},
      {"GET", kRuns + "/{id}", kRuns + "/1"},
      {"POST", kRuns + "/{id}/cancel", kRuns + "/1/cancel"},
      {"POST", kRuns + "/{id}/retry", kRuns + "/1/retry"},
      {"POST", kTasks + "/bulk/pause", kTasks + "/bulk/pause", R"({"ids":[2,3]})"},
      {"POST", kTasks + "/bulk/resume", kTasks + "/bulk/resume", R"({"ids":[2,3]})"},
      {"POST", kTasks + "/bulk/run", kTasks + "/bulk/run", R"({"ids":[2,99]})"},
      {"POST", kTasks + "/bulk/edit", kTasks + "/bulk/edit",
       R"({"ids":[2,3],"set":{"owner":"x"}})"},
      {"POST", kTasks + "/bulk/remove", kTasks + "/bulk/remove", R"({"ids":[3],"count":1})"},
      {"POST", kOne + "/revisions/{seq}/restore", kTasks + "/1/revisions/1/restore"},
      {"GET", kTasks, kTasks},
      {"GET", kOne, kTasks + "/1"},
      {"GET", kOne + "/runs", kTasks + "/1/runs"},
      {"GET", kOne + "/slots", kTasks + "/1/slots?skipped=true"},
      {"GET", kOne + "/revisions", kTasks + "/1/revisions"},
      {"GET", kRuns, kRuns},
      {"GET", kRuns + "/recent", kRuns + "/recent?tasks=1,2"},
      {"GET", kRuns + "/{id}/attempts", kRuns + "/1/attempts"},
      {"GET", kRuns + "/{id}/output", kRuns + "/1/output"},
      {"GET", "/api/v1/decisions", "/api/v1/decisions"},
      {"GET", "/api/v1/removed-tasks", "/api/v1/removed-tasks?ids=1,2"},
      {"GET", "/api/v1/schedules/explain", "/api/v1/schedules/explain?expr=@daily"},
      {"GET", "/api/v1/status", "/api/v1/status"},
      {"GET", "/api/v1/activity", "/api/v1/activity"},
      {"GET", "/api/v1/nodes", "/api/v1/nodes"},
      {"GET", "/api/v1/handlers", "/api/v1/handlers"},
      {"DELETE", kOne, kTasks + "/2?name=b"},
  };
}

std::vector<Example> calendar_examples() {
  const std::string kCalendars = "/api/v1/calendars";
  const std::string kCalendar = kCalendars + "/{id}";
  const std::string kAcme = kCalendars + "/5";
  return {
      {"POST", kCalendars, kCalendars, R"({"name":"Acme","rule":"scotland"})"},
      {"PATCH", kCalendar, kAcme, R"({"description":"x"})", kAny},
      {"PUT", kCalendar + "/days/{date}", kAcme + "/days/2030-12-27", R"({"title":"Shut"})"},
      {"POST", kCalendar + "/import", kAcme + "/import", kIcs, kCalendarType},
      {"PUT", kCalendar + "/feed", kAcme + "/feed", R"({"url":"http://127.0.0.1:9/x.ics"})"},
      {"POST", kCalendar + "/refresh", kAcme + "/refresh"},
      {"POST", kCalendar + "/preview", kAcme + "/preview", R"({"remove":["2030-12-27"]})", {}, 0},
      {"GET", kCalendars, kCalendars},
      {"GET", kCalendar, kAcme},
      {"GET", kCalendar + "/year", kAcme + "/year?year=2030"},
      {"GET", kCalendar + "/differences", kAcme + "/differences"},
      {"DELETE", kCalendar + "/feed", kAcme + "/feed"},
      {"DELETE", kCalendar + "/days/{date}", kAcme + "/days/2030-12-27"},
      {"PUT", kCalendars + "/default", kCalendars + "/default", R"({"name":"scotland"})"},
      {"DELETE", kCalendar, kAcme + "?name=Acme"},
  };
}

std::vector<Example> other_examples() {
  return {
      {"GET", "/api/v1/load", "/api/v1/load?days=2"},
      {"GET", "/api/v1/load/day", "/api/v1/load/day?date=2030-01-01"},
      {"PATCH", "/api/v1/settings", "/api/v1/settings", R"({"keep_runs_days":9})"},
      {"GET", "/api/v1/settings", "/api/v1/settings"},
      {"POST", "/api/v1/secrets", "/api/v1/secrets", R"({"name":"key","value":"canary 1"})"},
      {"GET", "/api/v1/secrets", "/api/v1/secrets"},
      {"PUT", "/api/v1/secrets/{name}", "/api/v1/secrets/key", R"({"value":"canary 2"})"},
      {"DELETE", "/api/v1/secrets/{name}", "/api/v1/secrets/key"},
      {"POST", "/api/v1/users", "/api/v1/users",
       R"({"name":"eve","role":"view","password":"correct horse battery"})"},
      {"PATCH", "/api/v1/users/{id}", "/api/v1/users/5", R"({"role":"run"})"},
      {"GET", "/api/v1/users", "/api/v1/users"},
      {"DELETE", "/api/v1/users/{id}/sessions", "/api/v1/users/5/sessions", {}, {}, 0},
      {"DELETE", "/api/v1/users/{id}", "/api/v1/users/5"},
      {"GET", "/api/v1/sessions", "/api/v1/sessions"},
      {"DELETE", "/api/v1/sessions", "/api/v1/sessions", {}, {}, 0},
      {"GET", "/api/v1/tokens", "/api/v1/tokens"},
      {"DELETE", "/api/v1/tokens/{id}", "/api/v1/tokens/4"},
      {"GET", "/api/v1/audit", "/api/v1/audit"},
      {"GET", "/api/v1/session", "/api/v1/session"},
  };
}

const std::vector<Example>& examples() {
  static const std::vector<Example> kAll = [] {
    std::vector<Example> all = task_examples();
    for (const auto& more : {calendar_examples(), other_examples()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return kAll;
}

/// Routes that are no single answer, or need a session or a server of their own: session_test.cc.
const std::set<std::string>& tried_elsewhere() {
  static const std::set<std::string> kRoutes{"get /api/v1/events",
                                             "get /api/v1/openapi.json",
                                             "get /metrics",
                                             "get /healthz",
                                             "get /readyz",
                                             "post /api/v1/session",
                                             "delete /api/v1/session",
                                             "post /api/v1/session/proof",
                                             "delete /api/v1/sessions/{id}",
                                             "put /api/v1/session/password",
                                             "post /api/v1/set-up",
                                             "post /api/v1/tokens"};
  return kRoutes;
}

std::string lower(std::string method) {
  for (char& c : method) c = static_cast<char>(c | 0x20);
  return method;
}

class ContractTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
    for (const char* name : {"a", "b", "c"}) ASSERT_EQ(status_of(make_task(name)), 201);
    document_ = json_of(as("view", "GET", "/api/v1/openapi.json"));
    for (const char* role : {"admin", "view"}) (void)as_person(role, "GET", "/api/v1/session");
  }
  /// As a person where the route is not for tokens.
  std::string ask(const std::string& role, const Example& one) {
    const auto& security = operation(one.method, one.pattern).at("security").as_array();
    const bool takes_tokens =
        security.size() > 1 && one.pattern != "/api/v1/tokens/{id}";  // no other than itself
    return takes_tokens || role.empty()
               ? as(role, one.method, one.target, one.body, one.headers)
               : as_person(role, one.method, one.target, one.body, one.headers);
  }
  const json::object& operation(const std::string& method, const std::string& pattern) {
    return document_.at("paths").at(pattern).at(lower(method)).as_object();
  }
  std::size_t audit_rows() {
    return accounts_->store().list_audit({.search = {}, .limit = 1000, .cursor = {}})->rows.size();
  }

  void expect_described(const Example& example, const std::string& answer) {
    const std::string what = example.method + " " + example.target;
    const auto& responses = operation(example.method, example.pattern).at("responses").as_object();
    const json::value* described = responses.if_contains(std::to_string(status_of(answer)));
    ASSERT_TRUE(described != nullptr && status_of(answer) < 300) << what << "\n" << answer;
    const json::value* content = described->as_object().if_contains("content");
    if (content == nullptr) {
      EXPECT_EQ(net::body_of(answer), "") << what;
      return;
    }
    const SchemaCheck check(document_);
    for (const std::string& fault :
         check.faults(content->at("application/json").at("schema"), json_of(answer))) {
      ADD_FAILURE() << what << " " << fault;
    }
  }

  json::value document_;
};

TEST_F(ContractTest, EverySuccessFitsItsSchemaAndEveryChangeIsOneRowOfTheAudit) {
  std::set<std::string> tried = tried_elsewhere();
  for (const Example& example : examples()) {
    tried.insert(lower(example.method) + " " + example.pattern);
    const std::size_t before = audit_rows();
    const std::string answer = ask("admin", example);
    expect_described(example, answer);
    const int wanted = example.audit_rows >= 0 ? example.audit_rows : example.method != "GET";
    EXPECT_EQ(audit_rows() - before, static_cast<std::size_t>(wanted))
        << example.method << " " << example.target;
  }
  std::set<std::string> described;
  for (const auto& path : document_.at("paths").as_object()) {
    for (const auto& one : path.value().as_object()) {
      described.insert(std::string(one.key()) + " " + std::string(path.key()));
    }
  }
  EXPECT_EQ(tried, described) << "every route needs an example here, or a reason elsewhere";
}

/// Errors that a request of the right form does not reach at will.
const std::set<std::string>& not_reached() {
  static const std::set<std::string> kCodes{
      "post /api/v1/tasks/{id}/run 409",                      // idempotency_test.cc
      "post /api/v1/tasks/{id}/revisions/{seq}/restore 412",  // somebody saved in that moment
      "post /api/v1/tasks/{id}/revisions/{seq}/restore 422",  // a handler that is gone
      "patch /api/v1/users/{id} 412",                         // accounts_test.cc
      "put /api/v1/tasks/{id} 409",  // a name that is taken: below, by PATCH
      "get /api/v1/session 421",     // another host name: server_test.cc
  };
  return kCodes;
}

// A wrong request for each code, made from the good one.
std::vector<Example> spoiled(const Example& good, int code) {
  Example bad = good;
  const auto id = good.pattern.find("/{");
  switch (code) {
    case 404:
      bad.target = good.pattern.substr(0, id) + "/999999" +
                   good.target.substr(good.target.find('/', id + 1) == std::string::npos
                                          ? good.target.size()
                                          : good.target.find('/', id + 1));
      return {bad};
    case 415:
      bad.body = bad.body.empty() ? "{}" : bad.body;
      bad.headers += "Content-Type: text/html\r\n";
      if (good.headers == kCalendarType) bad.headers = "Content-Type: text/html\r\n";
      return {bad};
    case 428:
      bad.headers.clear();
      return {bad};
    case 412:
      bad.headers = "If-Match: \"999\"\r\n";
      return {bad};
    case 413:
      bad.body.append((10 << 20) + 1, ' ');
      return {bad};
    case 422: {
      Example in_query = good;
      in_query.target +=
          (good.target.find('?') == std::string::npos ? "?" : "&") + std::string("nonsense=1");
      Example in_body = good;
      if (good.headers != kCalendarType) in_body.body = R"({"nonsense":1})";
      Example no_json = good;
      no_json.body = "[";
      Example no_date = good;
      if (const auto at = good.target.find("/days/"); at != std::string::npos) {
        no_date.target.replace(at, std::string::npos, "/days/someday");
      }
      return {in_query, in_body, no_json, no_date};
    }
    default:
      return {};
  }
}

// What every operation says when one user, or everybody, asks for too much: bounds_test.cc and
// server_test.cc reach these.
bool is_about_load(const boost::json::value& response) {
  const auto* reference = response.as_object().if_contains("$ref");
  return reference != nullptr && (*reference == "#/components/responses/TooMany" ||
                                  *reference == "#/components/responses/Busy");
}

TEST_F(ContractTest, EveryErrorThatIsNamedIsReached) {
  ASSERT_EQ(status_of(as("edit", "POST", "/api/v1/calendars", R"({"name":"Acme"})")), 201);
  ASSERT_EQ(
      status_of(as("admin", "POST", "/api/v1/secrets", R"({"name":"taken","value":"canary 3"})")),
      201);
  ASSERT_EQ(status_of(as("run", "POST", "/api/v1/tasks/1/run")), 202);
  ASSERT_EQ(status_of(as("run", "POST", "/api/v1/runs/1/cancel")), 202);
  ASSERT_EQ(status_of(as("run", "POST", "/api/v1/tasks/1/run")), 202);  // goes on waiting
  ASSERT_EQ(status_of(as("edit", "PUT", "/api/v1/calendars/default", R"({"name":"scotland"})")),
            200);
  const std::vector<Example> conflicts{
      {"POST", "/api/v1/tasks", "/api/v1/tasks",
       R"({"name":"a","type":"null","schedule":"@daily"})"},
      {"PATCH", "/api/v1/tasks/{id}", "/api/v1/tasks/1", R"({"name":"b"})", kAny},
      {"POST", "/api/v1/runs/{id}/cancel", "/api/v1/runs/1/cancel"},
      {"POST", "/api/v1/runs/{id}/retry", "/api/v1/runs/2/retry"},
      {"POST", "/api/v1/users", "/api/v1/users",
       R"({"name":"view","role":"view","password":"correct horse battery"})"},
      {"POST", "/api/v1/calendars", "/api/v1/calendars", R"({"name":"Acme"})"},
      {"POST", "/api/v1/secrets", "/api/v1/secrets", R"({"name":"taken","value":"canary 3"})"},
      {"PATCH", "/api/v1/calendars/{id}", "/api/v1/calendars/5", R"({"name":"scotland"})", kAny},
      {"DELETE", "/api/v1/calendars/{id}", "/api/v1/calendars/2?name=scotland"},
  };
  std::set<std::string> missed;
  for (const Example& good : examples()) {
    const std::string route = lower(good.method) + " " + good.pattern;
    const auto& described = operation(good.method, good.pattern);
    const std::string role(described.at("x-role").as_string());
    for (const auto& response : described.at("responses").as_object()) {
      const int code = response.key() == "default" ? 0 : std::stoi(std::string(response.key()));
      if (code < 400) continue;
      bool reached = false;
      const auto attempt = [&](const std::string& who, const Example& one) {
        const std::string answer = ask(who, one);
        reached = reached || status_of(answer) == code;
        if (status_of(answer) < 400) return;
        const SchemaCheck check(document_);
        EXPECT_EQ(
            check.faults(document_.at("components").at("schemas").at("Problem"), json_of(answer)),
            std::vector<std::string>{})
            << route;
      };
      if (code == 401) attempt("", good);
      if (code == 403) {
        if (role == "view") continue;  // the least there is: nobody who is somebody has less
        attempt("view", good);
      }
      if (code == 409) {
        for (const Example& one : conflicts) {
          if (one.method == good.method && one.pattern == good.pattern) attempt("admin", one);
        }
      }
      for (const Example& bad : spoiled(good, code)) attempt("admin", bad);
      if (!reached && !is_about_load(response.value()))
        missed.insert(route + " " + std::to_string(code));
    }
  }
  EXPECT_EQ(missed, not_reached());
}

}  // namespace
}  // namespace rota::api
