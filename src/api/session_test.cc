// Sessions over HTTP: cookies, the token of a session, where a change may come from, set-up,
// tokens.
#include "api/secured_fixture.h"

namespace rota::api {
namespace {

namespace json = boost::json;
using net::header_of;
using net::status_of;

constexpr const char* kOwn = "Sec-Fetch-Site: same-origin\r\n";

class SessionTest : public SecuredApiTest {
 protected:
  struct SignedIn {
    std::string cookie;
    std::string csrf;
  };
  static SignedIn read(const std::string& answer) {
    const std::string cookie = header_of(answer, "Set-Cookie");
    const auto body = json_of(answer);
    return {"Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n",
            std::string(body.at("user").at("csrf_token").as_string())};
  }
  SignedIn sign_in(const std::string& name) {
    const std::string answer =
        send("POST", "/api/v1/session",
             fmt::format(R"({{"name":"{}","password":"{}"}})", name, kTestPassword), kOwn);
    EXPECT_EQ(status_of(answer), 200) << answer;
    return read(answer);
  }
  std::string pause(const std::string& headers) {
    return send("POST", "/api/v1/tasks/1/pause", R"({"reason":"test"})", headers);
  }
};

TEST_F(SessionTest, SetUpLinkMakesTheFirstAdminAndSignsHimIn) {
  const std::string token = accounts_->begin_set_up();
  EXPECT_EQ(json_of(send("GET", "/api/v1/session")).at("set_up").as_bool(), false);
  const auto try_it = [&](const std::string& with, const std::string& password) {
    return send("POST", "/api/v1/set-up",
                fmt::format(R"({{"token":"{}","name":"ann","password":"{}"}})", with, password));
  };
  EXPECT_EQ(status_of(try_it("wrong", kTestPassword)), 403);
  const std::string weak = try_it(token, "short");
  EXPECT_EQ(status_of(weak), 422);
  EXPECT_EQ(json_of(weak).at("errors").at(0).at("field").as_string(), "password");
  const std::string made = try_it(token, kTestPassword);
  ASSERT_EQ(status_of(made), 201) << made;
  EXPECT_EQ(status_of(try_it(token, kTestPassword)), 409);
  const auto who = read(made);
  const auto session = json_of(send("GET", "/api/v1/session", {}, who.cookie));
  EXPECT_TRUE(session.at("signed_in").as_bool());
  EXPECT_EQ(session.at("user").at("role").as_string(), "admin");
}

TEST_F(SessionTest, CookieIsOutOfReachOfScriptsAndOtherSites) {
  add_users();
  const std::string answer =
      send("POST", "/api/v1/session",
           fmt::format(R"({{"name":"view","password":"{}"}})", kTestPassword));
  const std::string cookie = header_of(answer, "Set-Cookie");
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Lax"), std::string::npos);
  EXPECT_NE(cookie.find("Path=/;"), std::string::npos);
  const auto who = read(answer);
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, who.cookie)), 200);
  EXPECT_EQ(status_of(send("GET", "/api/v1/users", {}, who.cookie)), 403);
}

TEST_F(SessionTest, ChangeNeedsTheSessionsOwnTokenAndOurOwnPage) {
  add_users();
  make_task("a");
  const auto who = sign_in("run");
  const std::string own = "X-CSRF-Token: " + who.csrf + "\r\n";
  EXPECT_EQ(status_of(pause(who.cookie + kOwn)), 403);
  EXPECT_EQ(status_of(pause(who.cookie + kOwn + "X-CSRF-Token: wrong\r\n")), 403);
  EXPECT_EQ(status_of(pause(who.cookie + own)), 403) << "no browser sends neither header";
  EXPECT_EQ(status_of(pause(who.cookie + own + "Sec-Fetch-Site: cross-site\r\n")), 403);
  EXPECT_EQ(status_of(pause(who.cookie + own + "Sec-Fetch-Site: same-site\r\n")), 403);
  EXPECT_EQ(status_of(pause(who.cookie + own + "Origin: http://evil.example\r\n")), 403);
  EXPECT_EQ(status_of(pause(who.cookie + own + "Origin: null\r\n")), 403);
  EXPECT_EQ(status_of(pause(who.cookie + own + kOwn + "Content-Type: text/plain\r\n")), 415);
  EXPECT_EQ(status_of(pause(who.cookie + own + "Origin: http://localhost\r\n")), 200);
  EXPECT_EQ(status_of(pause(who.cookie + own + kOwn)), 200);
}

TEST_F(SessionTest, SignInFromAnotherSiteIsRefused) {
  add_users();
  const std::string body = fmt::format(R"({{"name":"view","password":"{}"}})", kTestPassword);
  EXPECT_EQ(status_of(send("POST", "/api/v1/session", body, "Sec-Fetch-Site: cross-site\r\n")),
            403);
  EXPECT_EQ(status_of(send("POST", "/api/v1/session", body, "Content-Type: text/plain\r\n")), 415);
}

TEST_F(SessionTest, SignedOutSessionIsWorthNothing) {
  add_users();
  const auto who = sign_in("view");
  const std::string out = send("DELETE", "/api/v1/session", {},
                               who.cookie + kOwn + "X-CSRF-Token: " + who.csrf + "\r\n");
  EXPECT_EQ(status_of(out), 204);
  EXPECT_NE(header_of(out, "Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, who.cookie)), 401);
}

TEST_F(SessionTest, CookieThatSomebodyElsePlantedIsNotTakenOver) {
  add_users();
  const std::string planted(43, 'A');
  const std::string answer = send(
      "POST", "/api/v1/session", fmt::format(R"({{"name":"view","password":"{}"}})", kTestPassword),
      "Cookie: rota_session=" + planted + "\r\n");
  EXPECT_EQ(header_of(answer, "Set-Cookie").find(planted), std::string::npos);
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, "Cookie: rota_session=" + planted + "\r\n")),
            401);
}

TEST_F(SessionTest, GuessingIsToldToWait) {
  add_users();
  std::string answer;
  for (int i = 0; i < 8; ++i) {
    answer = send("POST", "/api/v1/session", R"({"name":"view","password":"a wrong password"})");
  }
  EXPECT_EQ(status_of(answer), 429);
  EXPECT_FALSE(header_of(answer, "Retry-After").empty());
  EXPECT_EQ(status_of(send("GET", "/healthz")), 200);
}

TEST_F(SessionTest, TokenIsShownOnceAndCannotMakeOthers) {
  add_users();
  const auto who = sign_in("edit");
  const std::string proof = who.cookie + kOwn + "X-CSRF-Token: " + who.csrf + "\r\n";
  const std::string made =
      send("POST", "/api/v1/tokens", R"({"name":"ci","role":"run","days":7})", proof);
  ASSERT_EQ(status_of(made), 201) << made;
  const std::string secret(json_of(made).at("secret").as_string());
  EXPECT_EQ(status_of(send("POST", "/api/v1/tokens", R"({"name":"x","role":"admin"})", proof)),
            403);
  EXPECT_EQ(
      status_of(send("POST", "/api/v1/tokens", R"({"name":"x","role":"view","user_id":1})", proof)),
      403);
  const std::string list = send("GET", "/api/v1/tokens", {}, who.cookie);
  EXPECT_EQ(list.find(secret), std::string::npos);
  EXPECT_EQ(json_of(list).at("items").as_array().size(), 2u) << "its own only";
  const std::string bearer = "Authorization: Bearer " + secret + "\r\n";
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks", {}, bearer)), 200);
  EXPECT_EQ(status_of(send("POST", "/api/v1/tasks", "{}", bearer)), 403);
  EXPECT_EQ(status_of(send("POST", "/api/v1/tokens", R"({"name":"y"})", bearer)), 403);
  EXPECT_EQ(status_of(send("GET", "/api/v1/tasks?token=" + secret)), 401);
  const std::string others = "/api/v1/tokens/1";
  EXPECT_EQ(status_of(send("DELETE", others, {}, proof)), 404) << "another's token is not there";
}

TEST_F(SessionTest, UsersAreManagedByAdminsAndTheLastOneStays) {
  add_users();
  const std::string made =
      as_person("admin", "POST", "/api/v1/users",
                R"({"name":"bob","role":"run","password":"a long enough one"})");
  ASSERT_EQ(status_of(made), 201) << made;
  const std::string at = header_of(made, "Location");
  EXPECT_EQ(made.find("argon2"), std::string::npos);
  EXPECT_EQ(status_of(as_person("admin", "PATCH", at, R"({"role":"edit","version":1})")), 200);
  EXPECT_EQ(status_of(as_person("admin", "PATCH", at, R"({"role":"view","version":1})")), 412);
  EXPECT_EQ(status_of(as_person("admin", "PATCH", at, R"({"role":"king"})")), 422);
  EXPECT_EQ(status_of(as_person("admin", "DELETE", at)), 204);
  EXPECT_EQ(status_of(as_person("admin", "DELETE", "/api/v1/users/1")), 403);
}

TEST_F(SessionTest, AuditShowsWhatWasDoneAndWhatWasTried) {
  add_users();
  make_task("a");
  (void)as("view", "POST", "/api/v1/tasks/1/pause");
  const auto items = json_of(as("admin", "GET", "/api/v1/audit?limit=2")).at("items");
  EXPECT_EQ(items.at(0).at("action").as_string(), "request.refused");
  EXPECT_EQ(items.at(0).at("who").as_string(), "view (token test)");
  EXPECT_EQ(items.at(1).at("action").as_string(), "task.add");
  EXPECT_EQ(items.at(1).at("after").at("name").as_string(), "a");
  EXPECT_EQ(items.at(1).at("address").as_string(), "127.0.0.1");
}

}  // namespace
}  // namespace rota::api
