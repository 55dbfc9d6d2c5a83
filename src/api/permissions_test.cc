// Every route against every role. The table stands here once more, so that a right that changes, or
// a route that is new, is seen by somebody.
#include <algorithm>
#include <set>

#include "api/memory_scheduler.h"
#include "api/routes.h"
#include "api/secured_fixture.h"

namespace rota::api {
namespace {

using net::status_of;

struct Line {
  std::string method;
  std::string pattern;
  std::string least;  ///< Empty: everybody.
  /// For whom it is: anybody with the role; people, not tokens; people who have just given their
  /// password; or the latter and tokens.
  enum class For { kAnybody, kPeople, kProvedPeople, kProvedPeopleAndTokens };
  For whom = For::kAnybody;

  bool refuses_tokens() const { return whom == For::kPeople || whom == For::kProvedPeople; }
  bool asks_password() const {
    return whom == For::kProvedPeople || whom == For::kProvedPeopleAndTokens;
  }
};
using For = Line::For;

const std::vector<Line>& table() {
  static const std::vector<Line> kTable{
      {"GET", "/api/v1/tasks", "view"},
      {"GET", "/api/v1/tasks/{id}", "view"},
      {"GET", "/api/v1/tasks/{id}/runs", "view"},
      {"GET", "/api/v1/tasks/{id}/slots", "view"},
      {"GET", "/api/v1/tasks/{id}/revisions", "view"},
      {"GET", "/api/v1/runs", "view"},
      {"GET", "/api/v1/runs/recent", "view"},
      {"GET", "/api/v1/runs/{id}", "view"},
      {"GET", "/api/v1/runs/{id}/attempts", "view"},
      {"GET", "/api/v1/runs/{id}/output", "view"},
      {"GET", "/api/v1/decisions", "view"},
      {"GET", "/api/v1/schedules/explain", "view"},
      {"GET", "/api/v1/status", "view"},
      {"GET", "/api/v1/activity", "view"},
      {"GET", "/api/v1/nodes", "view"},
      {"GET", "/api/v1/removed-tasks", "view"},
      {"GET", "/api/v1/handlers", "view"},
      {"GET", "/api/v1/events", "view"},
      {"GET", "/metrics", "view"},
      {"GET", "/healthz", ""},
      {"GET", "/readyz", ""},
      {"POST", "/api/v1/tasks", "edit"},
      {"POST", "/api/v1/tasks/validate", "view"},
      {"PUT", "/api/v1/tasks/{id}", "edit"},
      {"PATCH", "/api/v1/tasks/{id}", "edit"},
      {"DELETE", "/api/v1/tasks/{id}", "edit"},
      {"POST", "/api/v1/tasks/{id}/run", "run"},
      {"POST", "/api/v1/tasks/{id}/pause", "run"},
      {"POST", "/api/v1/tasks/{id}/resume", "run"},
      {"POST", "/api/v1/tasks/bulk/pause", "run"},
      {"POST", "/api/v1/tasks/bulk/resume", "run"},
      {"POST", "/api/v1/tasks/bulk/run", "run"},
      {"POST", "/api/v1/tasks/bulk/remove", "edit"},
      {"POST", "/api/v1/tasks/bulk/edit", "edit"},
      {"POST", "/api/v1/tasks/{id}/revisions/{seq}/restore", "edit"},
      {"POST", "/api/v1/runs/{id}/cancel", "run"},
      {"POST", "/api/v1/runs/{id}/retry", "run"},
      {"GET", "/api/v1/session", ""},
      {"POST", "/api/v1/session", ""},
      {"DELETE", "/api/v1/session", "view"},
      {"PUT", "/api/v1/session/password", "view", For::kPeople},
      {"POST", "/api/v1/set-up", ""},
      {"POST", "/api/v1/session/proof", "view", For::kPeople},
      {"GET", "/api/v1/sessions", "view", For::kPeople},
      {"DELETE", "/api/v1/sessions", "view", For::kPeople},
      {"DELETE", "/api/v1/sessions/{id}", "view", For::kPeople},
      {"DELETE", "/api/v1/users/{id}/sessions", "admin", For::kProvedPeople},
      {"GET", "/api/v1/users", "admin"},
      {"POST", "/api/v1/users", "admin", For::kProvedPeople},
      {"PATCH", "/api/v1/users/{id}", "admin", For::kProvedPeople},
      {"DELETE", "/api/v1/users/{id}", "admin", For::kProvedPeople},
      {"GET", "/api/v1/tokens", "view"},
      {"POST", "/api/v1/tokens", "view", For::kProvedPeople},
      {"DELETE", "/api/v1/tokens/{id}", "view", For::kProvedPeopleAndTokens},
      {"GET", "/api/v1/audit", "admin"},
      {"GET", "/api/v1/openapi.json", "view"},
      {"POST", "/api/v1/tasks/preview", "view"},
      {"POST", "/api/v1/tasks/{id}/preview", "view"},
      {"GET", "/api/v1/load", "view"},
      {"GET", "/api/v1/load/day", "view"},
      {"GET", "/api/v1/settings", "view"},
      {"PATCH", "/api/v1/settings", "admin"},
      {"GET", "/api/v1/secrets", "admin"},
      {"POST", "/api/v1/secrets", "admin", For::kProvedPeopleAndTokens},
      {"PUT", "/api/v1/secrets/{name}", "admin", For::kProvedPeopleAndTokens},
      {"DELETE", "/api/v1/secrets/{name}", "admin", For::kProvedPeopleAndTokens},
      {"GET", "/api/v1/calendars", "view"},
      {"GET", "/api/v1/calendars/{id}", "view"},
      {"GET", "/api/v1/calendars/{id}/year", "view"},
      {"GET", "/api/v1/calendars/{id}/differences", "view"},
      {"POST", "/api/v1/calendars", "edit"},
      {"PUT", "/api/v1/calendars/default", "edit"},
      {"PATCH", "/api/v1/calendars/{id}", "edit"},
      {"DELETE", "/api/v1/calendars/{id}", "edit"},
      {"PUT", "/api/v1/calendars/{id}/days/{date}", "edit"},
      {"DELETE", "/api/v1/calendars/{id}/days/{date}", "edit"},
      {"POST", "/api/v1/calendars/{id}/preview", "edit"},
      {"POST", "/api/v1/calendars/{id}/import", "edit"},
      {"PUT", "/api/v1/calendars/{id}/feed", "edit"},
      {"DELETE", "/api/v1/calendars/{id}/feed", "edit"},
      {"POST", "/api/v1/calendars/{id}/refresh", "edit"},
  };
  return kTable;
}

std::string permission_word(Permission permission) {
  const auto role = role_for(permission);
  return role ? std::string(store::role_word(*role)) : "";
}

// The address with numbers that nothing has, so that an allowed request changes nothing.
std::string address_of(const std::string& pattern) {
  std::string address = pattern;
  for (const std::string name : {"{id}", "{seq}"}) {
    if (const auto at = address.find(name); at != std::string::npos) {
      address.replace(at, name.size(), "999999");
    }
  }
  return address;
}

TEST(PermissionTableTest, IsTheTableOfTheServer) {
  MemoryScheduler scheduler;
  net::EventLoop loop;
  const auto hub = std::make_shared<EventHub>(loop, "test");
  const Gate gate(nullptr, {false, false});
  const base::Logger log;
  Activity activity;
  const Services services{scheduler, *hub, activity, gate, log, {}, {}};
  std::set<std::string> wanted;
  std::set<std::string> found;
  for (const Line& line : table())
    wanted.insert(fmt::format("{} {} {} {} {}", line.method, line.pattern, line.least,
                              line.refuses_tokens(), line.asks_password()));
  for (const Route& route : build_routes(services)) {
    const bool page = !route.pattern.starts_with("/api/v1/") && route.pattern != "/metrics" &&
                      route.pattern != "/healthz" && route.pattern != "/readyz";
    if (page) {
      EXPECT_EQ(route.method, "GET") << route.pattern;
      continue;  // files of the page are the same for everybody
    }
    found.insert(fmt::format("{} {} {} {} {}", route.method, route.pattern,
                             permission_word(route.permission), route.refuses_tokens,
                             route.asks_password));
  }
  EXPECT_EQ(found, wanted);
}

TEST_F(SecuredApiTest, EveryRouteAnswersThoseWhoMayAndNobodyElse) {
  add_users();
  const std::vector<std::string> roles{"", "view", "run", "edit", "admin"};
  const auto rank = [&](const std::string& role) {
    return std::find(roles.begin(), roles.end(), role) - roles.begin();
  };
  for (const Line& line : table()) {
    if (line.pattern == "/api/v1/events") continue;  // never ends: tried on its own below
    for (const std::string& role : roles) {
      const int status = net::status_of(as(role, line.method, address_of(line.pattern)));
      const std::string what = line.method + " " + line.pattern + " as '" + role + "'";
      if (role.empty() && !line.least.empty()) {
        EXPECT_EQ(status, 401) << what;
      } else if (rank(role) < rank(line.least) || line.refuses_tokens()) {
        EXPECT_EQ(status, 403) << what;
      } else {
        const bool signs_in = line.method == "POST" && line.pattern == "/api/v1/session";
        EXPECT_EQ(status == 401, signs_in) << what;  // an empty name is nobody's
        // A token ends itself and no other.
        const bool ends_token = line.method == "DELETE" && line.pattern == "/api/v1/tokens/{id}";
        EXPECT_EQ(status == 403, ends_token) << what;
        // Nothing runs here, and /readyz says so.
        EXPECT_TRUE(status < 500 || line.pattern == "/readyz") << what << ": " << status;
      }
    }
  }
  EXPECT_EQ(net::status_of(as("", "GET", "/api/v1/events")), 401);
}

TEST_F(SecuredApiTest, EveryRouteAsksThosePeopleForTheirPasswordWhoHaveNotJustGivenIt) {
  add_users();
  for (const Line& line : table()) {
    if (line.least.empty() || line.pattern == "/api/v1/events") continue;
    for (const Proved proved : {Proved::kNo, Proved::kYes}) {
      const std::string answer =
          send(line.method, address_of(line.pattern), {}, sign_in_as(line.least, proved));
      const bool asked =
          status_of(answer) == 403 && json_of(answer).at("code").as_string() == "password_needed";
      EXPECT_EQ(asked, line.asks_password() && proved == Proved::kNo)
          << line.method << " " << line.pattern << "\n"
          << answer;
    }
  }
}

TEST_F(SecuredApiTest, NothingButHealthPageAndSetUpAnswersBeforeTheSetUp) {
  for (const Line& line : table()) {
    const int status = net::status_of(send(line.method, address_of(line.pattern)));
    if (line.least.empty()) {
      EXPECT_EQ(status == 503, line.pattern == "/readyz") << line.pattern;
      EXPECT_TRUE(status < 500 || status == 503) << line.pattern;
    } else {
      EXPECT_EQ(status, 401) << line.method << " " << line.pattern;
    }
  }
  EXPECT_EQ(net::status_of(send("GET", "/")), 200);
  EXPECT_EQ(net::status_of(send("POST", "/api/v1/session", R"({"name":"a","password":"b"})")), 401);
}

TEST_F(SecuredApiTest, NoGetChangesAnything) {
  add_users();
  make_task("a");
  const auto before = scheduler_->store().last_change_seq().value();
  (void)as_person("admin", "GET", "/api/v1/session");
  const auto audit = accounts_->store().list_audit({})->rows.size();
  for (const Line& line : table()) {
    if (line.method != "GET" || line.pattern == "/api/v1/events") continue;
    std::string address = line.pattern;
    if (const auto at = address.find("{id}"); at != std::string::npos) address.replace(at, 4, "1");
    (void)(line.refuses_tokens() ? as_person("admin", "GET", address)
                                 : as("admin", "GET", address));
  }
  EXPECT_EQ(scheduler_->store().last_change_seq().value(), before);
  EXPECT_EQ(accounts_->store().list_audit({})->rows.size(), audit);
}

TEST_F(SecuredApiTest, EveryAnswerCarriesTheSecurityHeaders) {
  for (const Line& line : table()) {
    const std::string answer = send(line.method, address_of(line.pattern));
    EXPECT_FALSE(net::header_of(answer, "Content-Security-Policy").empty()) << line.pattern;
    EXPECT_EQ(net::header_of(answer, "X-Content-Type-Options"), "nosniff") << line.pattern;
    EXPECT_EQ(net::header_of(answer, "Referrer-Policy"), "no-referrer") << line.pattern;
    EXPECT_EQ(net::header_of(answer, "Access-Control-Allow-Origin"), "") << line.pattern;
    if (line.pattern.starts_with("/api/")) {
      EXPECT_EQ(net::header_of(answer, "Cache-Control"), "no-store") << line.pattern;
    }
  }
}

}  // namespace
}  // namespace rota::api
