// A server that asks who one is, over a real database in a folder of its own, with one user and one
// token for every role. Nothing runs: the engine is not started.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "accounts/accounts.h"
#include "api/server.h"
#include "net/test_client.h"
#include "store/store.h"

namespace rota::api {

inline constexpr const char* kTestPassword = "correct horse battery";

class SecuredApiTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "rota-api-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    Options options;
    options.database = folder_ + "/rota.db";
    options.log_file.clear();
    auto opened = Scheduler::open(options, &clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    scheduler_ = std::move(*opened);
    accounts::AccountOptions account_options;
    account_options.password_cost = {1, 8192, 2};
    accounts_ = std::make_unique<accounts::Accounts>(scheduler_->store().accounts(), clock_,
                                                     account_options);
    ServerOptions server;
    server.port = 0;
    server.accounts = accounts_.get();
    server.sign_in_required = true;
    auto started = start_api_server(*scheduler_, server);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  void TearDown() override {
    server_.reset();
    accounts_.reset();
    scheduler_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// One user per role, named like it, and a token of each.
  void add_users() {
    for (const std::string role : {"admin", "edit", "run", "view"}) {
      const store::Role rights = *store::find_role(role);
      const auto user = accounts_->add_user({role, rights, kTestPassword}, {"test", ""});
      ASSERT_TRUE(user) << user.error().message;
      const auto token = accounts_->add_token({user->id, "test", rights, {}}, {"test", ""});
      ASSERT_TRUE(token) << token.error().message;
      tokens_[role] = token->secret;
    }
  }

  std::string send(const std::string& method, const std::string& target,
                   const std::string& body = {}, const std::string& headers = {}) {
    net::TestClient client(server_->port());
    std::string request = fmt::format(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}", method, target, headers);
    if (!body.empty() || method != "GET") {
      if (headers.find("Content-Type") == std::string::npos && !body.empty()) {
        request += "Content-Type: application/json\r\n";
      }
      request += fmt::format("Content-Length: {}\r\n", body.size());
    }
    client.send(request + "\r\n" + body);
    return client.read_all();
  }
  /// With the token of a role; an empty role: nobody.
  std::string as(const std::string& role, const std::string& method, const std::string& target,
                 const std::string& body = {}, const std::string& headers = {}) {
    const std::string proof =
        role.empty() ? "" : fmt::format("Authorization: Bearer {}\r\n", tokens_.at(role));
    return send(method, target, body, proof + headers);
  }
  /// What a browser sends of a fresh session of that role's user. `proved`: whether the password
  /// was given a moment ago.
  enum class Proved { kYes, kNo };
  std::string sign_in_as(const std::string& role, Proved proved = Proved::kYes) {
    const auto made = accounts_->sign_in(role, kTestPassword, {"127.0.0.1", "test", ""});
    EXPECT_TRUE(made) << made.error().message;
    if (proved == Proved::kNo) {
      EXPECT_TRUE(accounts_->store().prove_session(made->identity.session_hash, Instant{}));
    }
    return fmt::format(
        "Cookie: rota_session={}\r\nSec-Fetch-Site: same-origin\r\nX-CSRF-Token: {}\r\n",
        made->session, made->identity.csrf);
  }
  /// As somebody who sits before the page.
  std::string as_person(const std::string& role, const std::string& method,
                        const std::string& target, const std::string& body = {},
                        const std::string& headers = {}) {
    std::string& session = sessions_[role];
    if (session.empty()) session = sign_in_as(role);
    return send(method, target, body, session + headers);
  }
  static boost::json::value json_of(const std::string& response) {
    return boost::json::parse(net::body_of(response));
  }
  std::string make_task(const std::string& name) {
    return as("edit", "POST", "/api/v1/tasks",
              fmt::format(R"({{"name":"{}","type":"null","schedule":"0 3 * * *"}})", name));
  }

  SystemClock clock_;
  std::string folder_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<ApiServer> server_;
  std::map<std::string, std::string> tokens_;
  std::map<std::string, std::string> sessions_;
};

}  // namespace rota::api
