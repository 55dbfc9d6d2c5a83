// What somebody sees and does about their own sessions and password over HTTP, and what stands in
// the audit of those who were refused.
#include <thread>
#include <vector>

#include "api/secured_fixture.h"

namespace rota::api {
namespace {

using net::header_of;
using net::status_of;

class OwnSessionsTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
  }
  std::vector<store::AuditEntry> audit(const std::string& search) {
    return accounts_->store().list_audit({.search = search, .limit = 200, .cursor = {}})->rows;
  }
  static std::string password_body(const std::string& password) {
    return fmt::format(R"({{"password":"{}"}})", password);
  }
};

TEST_F(OwnSessionsTest, OneSeesOnesOwnAndEndsThem) {
  const std::string here = sign_in_as("view");
  const std::string there = sign_in_as("view");
  const std::string third = sign_in_as("view");
  (void)sign_in_as("edit");
  const auto items = json_of(send("GET", "/api/v1/sessions", {}, here)).at("items").as_array();
  ASSERT_EQ(items.size(), 3u) << "those of others are not seen";
  std::string other;
  int current = 0;
  for (const auto& one : items) {
    current += one.at("current").as_bool() ? 1 : 0;
    if (!one.at("current").as_bool()) other = one.at("id").as_string();
    EXPECT_EQ(one.at("address").as_string(), "127.0.0.1");
    EXPECT_EQ(one.at("agent").as_string(), "test");
  }
  EXPECT_EQ(current, 1);
  EXPECT_EQ(status_of(send("DELETE", "/api/v1/sessions/" + other, {}, sign_in_as("edit"))), 404)
      << "nobody ends another's";
  EXPECT_EQ(status_of(send("DELETE", "/api/v1/sessions/" + other, {}, here)), 204);
  EXPECT_EQ(status_of(send("DELETE", "/api/v1/sessions/" + other, {}, here)), 404);
  const std::string rest = send("DELETE", "/api/v1/sessions", {}, here);
  EXPECT_EQ(json_of(rest).at("ended").as_int64(), 1);
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, here)), 200);
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, there)), 401);
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, third)), 401);
}

TEST_F(OwnSessionsTest, AdminEndsAllSessionsOfAUser) {
  const std::string bob = sign_in_as("view");
  const std::string answer = as_person("admin", "DELETE", "/api/v1/users/4/sessions");
  EXPECT_EQ(json_of(answer).at("ended").as_int64(), 1) << answer;
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, bob)), 401);
  EXPECT_EQ(audit("session.end_all").size(), 1u);
}

TEST_F(OwnSessionsTest, PasswordOnceMoreOpensWhatNeedsIt) {
  const std::string admin = sign_in_as("admin", Proved::kNo);
  const std::string body = R"({"name":"key","value":"canary 1"})";
  const std::string refused = send("POST", "/api/v1/secrets", body, admin);
  EXPECT_EQ(status_of(refused), 403);
  EXPECT_EQ(json_of(refused).at("code").as_string(), "password_needed");
  const std::string wrong =
      send("POST", "/api/v1/session/proof", password_body("not the password"), admin);
  EXPECT_EQ(status_of(wrong), 422);
  EXPECT_EQ(json_of(wrong).at("errors").at(0).at("field").as_string(), "password");
  EXPECT_EQ(status_of(send("POST", "/api/v1/secrets", body, admin)), 403);
  EXPECT_EQ(status_of(send("POST", "/api/v1/session/proof", password_body(kTestPassword), admin)),
            204);
  EXPECT_EQ(status_of(send("POST", "/api/v1/secrets", body, admin)), 201);
  const std::string other = sign_in_as("admin", Proved::kNo);
  EXPECT_EQ(status_of(send("DELETE", "/api/v1/secrets/key", {}, other)), 403)
      << "each session for itself";
  EXPECT_EQ(audit("session.refused").size(), 1u);
}

TEST_F(OwnSessionsTest, WhoFoundAnOpenSessionCannotGoOnGuessing) {
  const std::string session = sign_in_as("view", Proved::kNo);
  std::string answer;
  for (int i = 0; i < 8; ++i) {
    answer = send("POST", "/api/v1/session/proof", password_body("guess"), session);
  }
  EXPECT_EQ(status_of(answer), 429);
  EXPECT_GE(std::stoi(header_of(answer, "Retry-After")), 1);
  EXPECT_EQ(status_of(send("PUT", "/api/v1/session/password",
                           R"({"old_password":"x","new_password":"y"})", session)),
            429);
  (void)sign_in_as("view");  // its owner is not kept out
}

TEST_F(OwnSessionsTest, TokensEndWithThePasswordWhereAskedTo) {
  const auto change = [&](const std::string& from, const std::string& to, bool end_tokens) {
    return send("PUT", "/api/v1/session/password",
                fmt::format(R"({{"old_password":"{}","new_password":"{}","end_tokens":{}}})", from,
                            to, end_tokens),
                sign_in_as("view"));
  };
  ASSERT_EQ(status_of(change(kTestPassword, kTestPassword, false)), 200);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/tasks")), 200);
  ASSERT_EQ(status_of(change(kTestPassword, "another battery horse", true)), 200);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/tasks")), 401);
  EXPECT_EQ(status_of(as("edit", "GET", "/api/v1/tasks")), 200);
  EXPECT_NE(audit("user.password").at(0).note.after.find("\"ended_tokens\":[4]"),
            std::string::npos);
}

TEST_F(OwnSessionsTest, TokenEndsItselfAndNoOther) {
  EXPECT_EQ(status_of(as("admin", "DELETE", "/api/v1/tokens/4")), 403);
  EXPECT_EQ(status_of(as("view", "DELETE", "/api/v1/tokens/4")), 204);
  EXPECT_EQ(status_of(as("view", "GET", "/api/v1/tasks")), 401);
}

TEST_F(OwnSessionsTest, TokenOfAnAdminMakesNoUserWhoOutlivesIt) {
  const std::string body = R"({"name":"mallory","role":"admin","password":"a long enough one"})";
  EXPECT_EQ(status_of(as("admin", "POST", "/api/v1/users", body)), 403);
  EXPECT_EQ(status_of(as("admin", "PATCH", "/api/v1/users/4", R"({"role":"admin"})")), 403);
  EXPECT_EQ(status_of(as("admin", "POST", "/api/v1/tokens", R"({"name":"x"})")), 403);
  EXPECT_EQ(accounts_->store().list_users()->size(), 4u);
}

TEST_F(OwnSessionsTest, UserAddIsNotedWithItsIdAndTimes) {
  ASSERT_EQ(status_of(as_person("admin", "POST", "/api/v1/users",
                                R"({"name":"bob","role":"run","password":"a long enough one"})")),
            201);
  const auto row = audit("user.add").at(0).note;
  EXPECT_EQ(row.object, "user 5");
  EXPECT_NE(row.after.find("\"id\":5"), std::string::npos);
  EXPECT_EQ(row.after.find("1970"), std::string::npos) << row.after;
}

TEST_F(OwnSessionsTest, RejectedTokensAndOtherSitesStandInTheAuditAsOneRowEach) {
  const std::string forged =
      accounts_->add_token({{4}, "gone", store::Role::kView, {}}, {"t", ""})->secret;
  const auto tokens = accounts_->store().list_tokens();
  ASSERT_TRUE(accounts_->remove_token(tokens->back().id, {"t", ""}));
  for (int i = 0; i < 20; ++i) {
    const std::string path = "/api/v1/tasks?x=" + std::string(600, 'a');
    EXPECT_EQ(status_of(send("GET", path, {}, "Authorization: Bearer " + forged + "\r\n")), 401);
    EXPECT_EQ(status_of(send("POST", "/api/v1/tasks", "{}", "Sec-Fetch-Site: cross-site\r\n")),
              403);
  }
  accounts_->write_refusals(accounts::Refusals::Which::kAll);
  for (const char* action : {"token.refused", "request.cross_site"}) {
    std::int64_t count = 0;
    const auto rows = audit(action);
    for (const auto& row : rows) {
      count += row.note.count;
      EXPECT_LE(row.note.object.size(), 200u);
      EXPECT_EQ((row.note.object + row.note.who).find(forged), std::string::npos);
    }
    EXPECT_EQ(count, 20) << action;
    EXPECT_LE(rows.size(), 3u) << action << ": the first, and those that were counted";
  }
}

TEST_F(OwnSessionsTest, GuessesOfSixtyClientsLeaveAKnownBrowserIn) {
  const auto before = accounts_->sign_in("view", kTestPassword, {"127.0.0.1", "test", ""});
  ASSERT_TRUE(before);
  std::atomic<bool> done{false};
  std::atomic<int> tried{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 60; ++i) {
    clients.emplace_back([&] {
      while (!done) {
        const std::string answer =
            send("POST", "/api/v1/session", R"({"name":"view","password":"a wrong password"})");
        ++tried;
        EXPECT_TRUE(status_of(answer) == 401 || status_of(answer) == 429) << answer;
        if (status_of(answer) == 429) {
          EXPECT_GE(std::stoi(header_of(answer, "Retry-After")), 1);
        }
      }
    });
  }
  while (tried < 60) std::this_thread::yield();
  const std::string known = send("POST", "/api/v1/session",
                                 fmt::format(R"({{"name":"view","password":"{}"}})", kTestPassword),
                                 "Cookie: rota_device=" + before->device + "\r\n");
  done = true;
  for (auto& client : clients) client.join();
  EXPECT_EQ(status_of(known), 200) << known;
}

}  // namespace
}  // namespace rota::api
