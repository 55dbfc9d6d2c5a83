// Holds docs/openapi.json against the server: every route with its role, both ways, and every field
// of what it answers.
#include <map>
#include <set>

#include "api/memory_scheduler.h"
#include "api/routes.h"
#include "api/secured_fixture.h"

namespace rota::api {
namespace {

namespace json = boost::json;

std::set<std::string> names_of(const json::value& object) {
  std::set<std::string> names;
  for (const auto& item : object.as_object()) names.emplace(item.key());
  return names;
}

class OpenApiTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
    const std::string answer = as("view", "GET", "/api/v1/openapi.json");
    ASSERT_EQ(net::status_of(answer), 200);
    document_ = json_of(answer);
  }
  std::set<std::string> fields(const std::string& schema) {
    return names_of(document_.at("components").at("schemas").at(schema).at("properties"));
  }
  json::value document_;
};

TEST_F(OpenApiTest, NamesEveryRouteWithItsRoleAndNoOther) {
  MemoryScheduler scheduler;
  net::EventLoop loop;
  const auto hub = std::make_shared<EventHub>(loop, "test");
  const Gate gate(nullptr, {false, false});
  const base::Logger log;
  Activity activity;
  const Services services{scheduler, *hub, activity, gate, log, {}, {}};
  std::map<std::string, std::string> answered;
  for (const Route& route : build_routes(services)) {
    const bool page = !route.pattern.starts_with("/api/v1/") && route.pattern != "/metrics" &&
                      route.pattern != "/healthz" && route.pattern != "/readyz";
    if (page) continue;
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c | 0x20);
    const auto role = role_for(route.permission);
    answered[method + " " + std::string(route.pattern)] =
        role ? std::string(store::role_word(*role)) : "";
  }
  std::map<std::string, std::string> described;
  for (const auto& path : document_.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      described[std::string(operation.key()) + " " + std::string(path.key())] =
          std::string(operation.value().at("x-role").as_string());
    }
  }
  EXPECT_EQ(described, answered);
}

TEST_F(OpenApiTest, SaysWhatIsNotForTokens) {
  MemoryScheduler scheduler;
  net::EventLoop loop;
  const auto hub = std::make_shared<EventHub>(loop, "test");
  const Gate gate(nullptr, {false, false});
  const base::Logger log;
  Activity activity;
  const Services services{scheduler, *hub, activity, gate, log, {}, {}};
  for (const Route& route : build_routes(services)) {
    const auto& paths = document_.at("paths").as_object();
    const auto* const path = paths.if_contains(std::string(route.pattern));
    if (path == nullptr || !route.pattern.starts_with("/api/v1/")) continue;
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c | 0x20);
    bool takes_tokens = false;
    for (const auto& way : path->at(method).at("security").as_array()) {
      takes_tokens = takes_tokens || way.as_object().contains("token");
    }
    const bool is_public = route.permission == Permission::kPublic;
    EXPECT_EQ(takes_tokens, !is_public && !route.refuses_tokens) << method << " " << route.pattern;
  }
}

TEST_F(OpenApiTest, NamesEveryFieldOfTasksRunsUsersTokensAndProblems) {
  make_task("a");
  EXPECT_EQ(names_of(json_of(as("view", "GET", "/api/v1/tasks/1"))), fields("Task"));
  EXPECT_EQ(names_of(json_of(as("run", "POST", "/api/v1/tasks/1/run"))), fields("Run"));
  EXPECT_EQ(names_of(json_of(as("view", "GET", "/api/v1/tasks/9"))), fields("Problem"));
  const auto first = [&](const std::string& role, const std::string& target) {
    return json_of(as(role, "GET", target)).at("items").at(0);
  };
  EXPECT_EQ(names_of(first("admin", "/api/v1/users")), fields("User"));
  EXPECT_EQ(names_of(first("admin", "/api/v1/tokens")), fields("Token"));
  EXPECT_EQ(names_of(first("admin", "/api/v1/audit")), fields("AuditEntry"));
  const auto sessions = json_of(as_person("view", "GET", "/api/v1/sessions"));
  EXPECT_EQ(names_of(sessions.at("items").at(0)), fields("SignedIn"));
  const auto revision = first("view", "/api/v1/tasks/1/revisions");
  EXPECT_EQ(names_of(revision), fields("Revision"));
  EXPECT_EQ(names_of(revision.at("after")), fields("TaskConfiguration"));
}

TEST_F(OpenApiTest, EveryFieldThatCanBeSetIsTakenAndNamed) {
  make_task("a");
  const auto task = json_of(as("view", "GET", "/api/v1/tasks/1")).as_object();
  json::object body;
  for (const std::string& name : fields("TaskFields")) body[name] = task.at(name);
  const std::string answer =
      as("edit", "PATCH", "/api/v1/tasks/1", json::serialize(body), "If-Match: *\r\n");
  EXPECT_EQ(net::status_of(answer), 200) << answer;
}

// What a linter from outside says too (tests/openapi), for those who have no network.
TEST_F(OpenApiTest, EveryOperationHasItsIdItsTagAnErrorAndAWellFormedBody) {
  std::set<std::string> declared;
  for (const auto& tag : document_.at("tags").as_array()) {
    declared.emplace(tag.at("name").as_string());
  }
  std::set<std::string> ids;
  for (const auto& path : document_.at("paths").as_object()) {
    for (const auto& one : path.value().as_object()) {
      const std::string name = std::string(one.key()) + " " + std::string(path.key());
      const json::object& operation = one.value().as_object();
      EXPECT_TRUE(ids.emplace(operation.at("operationId").as_string()).second) << name;
      ASSERT_TRUE(operation.contains("tags")) << name;
      ASSERT_EQ(operation.at("tags").as_array().size(), 1U) << name;
      EXPECT_TRUE(declared.contains(std::string(operation.at("tags").at(0).as_string()))) << name;
      if (const json::value* body = operation.if_contains("requestBody")) {
        EXPECT_TRUE(body->at("required").is_bool()) << name;
      }
      bool has_error = false;
      for (const auto& response : operation.at("responses").as_object()) {
        has_error = has_error || response.key().starts_with("4");
      }
      EXPECT_TRUE(has_error) << name;
    }
  }
}

TEST_F(OpenApiTest, RefersToNothingThatIsNotThere) {
  const std::string text = json::serialize(document_);
  const std::string mark = "\"$ref\":\"#/components/";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    const auto slash = name.find('/');
    const auto& parts = document_.at("components").at(name.substr(0, slash)).as_object();
    EXPECT_TRUE(parts.contains(name.substr(slash + 1))) << name;
  }
}

}  // namespace
}  // namespace rota::api
