#include "api/idempotency.h"

#include "api/secured_fixture.h"

namespace rota::api {
namespace {

using net::status_of;

class IdempotencyTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
    ASSERT_EQ(status_of(make_task("a")), 201);
    ASSERT_EQ(status_of(make_task("b")), 201);
  }
  std::string run(const std::string& key, const std::string& body = {},
                  const std::string& role = "edit", int task = 1) {
    return as(role, "POST", fmt::format("/api/v1/tasks/{}/run", task), body,
              key.empty() ? "" : "Idempotency-Key: " + key + "\r\n");
  }
  std::int64_t id_of(const std::string& answer) {
    EXPECT_EQ(status_of(answer), 202) << answer;
    return json_of(answer).at("id").as_int64();
  }
};

TEST_F(IdempotencyTest, TheSameRequestTwiceIsOneRun) {
  const auto first = id_of(run("press-1"));
  EXPECT_EQ(id_of(run("press-1")), first);
  EXPECT_NE(id_of(run("press-2")), first);
  EXPECT_NE(id_of(run("")), first);
  const auto runs = json_of(as("view", "GET", "/api/v1/tasks/1/runs")).at("items");
  EXPECT_EQ(runs.as_array().size(), 3u);
}

TEST_F(IdempotencyTest, AKeyBelongsToOnePersonAndOneTask) {
  const auto first = id_of(run("k"));
  EXPECT_NE(id_of(run("k", {}, "run")), first);
  EXPECT_NE(id_of(run("k", {}, "edit", 2)), first);
}

TEST_F(IdempotencyTest, AnotherBodyWithTheSameKeyIsRefused) {
  id_of(run("k", R"({"metadata":{"a":1}})"));
  const std::string other = run("k", R"({"metadata":{"a":2}})");
  EXPECT_EQ(status_of(other), 422);
  EXPECT_EQ(json_of(other).at("errors").at(0).at("field").as_string(), "Idempotency-Key");
  EXPECT_EQ(status_of(run(std::string(201, 'x'))), 422);
  EXPECT_EQ(status_of(run("with space")), 422);
}

TEST_F(IdempotencyTest, WhatFailedMayBeTriedAgain) {
  EXPECT_EQ(status_of(run("k", R"({"x":1})")), 422);
  EXPECT_EQ(status_of(run("k", "{}")), 202);
}

class AnswersTest : public testing::Test {
 protected:
  Result<net::Response> ask(const std::string& key) {
    auto request = std::make_shared<net::Request>();
    request->headers.push_back({"idempotency-key", key});
    return answers_.once(Exchange{request, {}, {}}, [&](const Exchange&) -> Result<net::Response> {
      net::Response response;
      response.body = std::to_string(++made_);
      return response;
    });
  }
  IdempotentAnswers::Time now_{};
  int made_ = 0;
  IdempotentAnswers answers_{3, [this] { return now_; }};
};

TEST_F(AnswersTest, AreKeptForADayAndNoMoreThanSoMany) {
  EXPECT_EQ(ask("a")->body, "1");
  EXPECT_EQ(ask("a")->body, "1");
  now_ += IdempotentAnswers::kKept;
  EXPECT_EQ(ask("a")->body, "2");
  for (const char* key : {"b", "c", "d"}) (void)ask(key);
  EXPECT_EQ(ask("a")->body, "6") << "the oldest made room";
}

TEST_F(AnswersTest, TheSecondOfTwoAtOnceIsToldToWait) {
  auto request = std::make_shared<net::Request>();
  request->headers.push_back({"idempotency-key", "k"});
  const Exchange exchange{request, {}, {}};
  const auto outer = answers_.once(exchange, [&](const Exchange&) -> Result<net::Response> {
    const auto inner = ask("k");
    EXPECT_EQ(inner.error().code, ErrorCode::kStale);
    return net::Response{};
  });
  EXPECT_TRUE(outer);
}

}  // namespace
}  // namespace rota::api
