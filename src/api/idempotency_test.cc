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

// What is too long to keep is made anew from the run.
TEST_F(IdempotencyTest, ALongAnswerIsTheRunAsItIsNow) {
  const std::string body =
      fmt::format(R"({{"metadata":{{"text":"{}"}}}})", std::string(20'000, 'x'));
  const std::string first = run("k", body);
  const std::string second = run("k", body);
  EXPECT_EQ(id_of(second), id_of(first));
  EXPECT_EQ(net::header_of(second, "Location"), net::header_of(first, "Location"));
  EXPECT_EQ(net::header_of(second, "Content-Type"), "application/json");
  EXPECT_EQ(net::body_of(second), net::body_of(first));
}

class AnswersTest : public testing::Test {
 protected:
  Result<net::Response> ask(const std::string& key, std::int64_t user = 1,
                            const std::string& body = {}, std::size_t answer_bytes = 0) {
    auto request = std::make_shared<net::Request>();
    request->headers.push_back({"idempotency-key", key});
    request->body = body;
    Exchange exchange{request, {}, {}};
    exchange.who.proof = accounts::Identity::Proof::kSession;
    exchange.who.user_id = store::UserId{user};
    exchange.who.name = fmt::format("user{}", user);
    return answers_->once(
        exchange,
        [&](const Exchange&) -> Result<net::Response> {
          net::Response response;
          response.body = std::to_string(++made_) + std::string(answer_bytes, ' ');
          return response;
        },
        [](const net::Response&) { return std::string("made anew"); });
  }
  void limit(IdempotencyLimits limits) {
    answers_ = std::make_unique<IdempotentAnswers>(limits, [this] { return now_; });
  }
  void SetUp() override { limit({}); }

  IdempotentAnswers::Time now_{};
  int made_ = 0;
  std::unique_ptr<IdempotentAnswers> answers_;
};

TEST_F(AnswersTest, AreKeptForADay) {
  EXPECT_EQ(ask("a")->body, "1");
  EXPECT_EQ(ask("a")->body, "1");
  now_ += IdempotentAnswers::kKept;
  EXPECT_EQ(ask("a")->body, "2");
}

// Seen: a thousand keys with long bodies took 1 GB.
TEST_F(AnswersTest, AThousandLongRequestsTakeLittle) {
  constexpr std::size_t kNamedBound = 1024 * 1024;
  for (int i = 0; i < 1000; ++i) {
    std::string body(1 << 20, 'x');
    body += std::to_string(i);
    ASSERT_TRUE(ask(fmt::format("key {}", i).replace(3, 1, "-"), 1, body, 1 << 20));
  }
  EXPECT_LE(answers_->bytes(), kNamedBound);
  EXPECT_EQ(ask("key-999", 1, std::string(1 << 20, 'x') + "999")->body, "made anew");
  EXPECT_EQ(ask("key-999", 1, std::string(1 << 20, 'x') + "998").error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(AnswersTest, AUsersOldestMakesRoomAndNobodyElses) {
  limit({.body_bytes_max = 2048, .bytes_per_user_max = 5000, .bytes_max = 1 << 20});
  EXPECT_EQ(ask("mine", 2)->body, "1");
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(ask(std::to_string(i)));
  EXPECT_LE(answers_->bytes(), 6000u);
  EXPECT_EQ(ask("mine", 2)->body, "1");
  EXPECT_EQ(ask("99")->body, "101") << "the newest is there";
  EXPECT_EQ(ask("0")->body, "102") << "the oldest made room";
}

TEST_F(AnswersTest, InAllTheOneWhoHasMostMakesRoom) {
  limit({.body_bytes_max = 2048, .bytes_per_user_max = 1 << 20, .bytes_max = 20'000});
  EXPECT_EQ(ask("mine", 2)->body, "1");
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(ask(std::to_string(i)));
  EXPECT_LE(answers_->bytes(), 20'000u);
  EXPECT_EQ(ask("mine", 2)->body, "1");
}

TEST_F(AnswersTest, NothingStaysOfWhatIsForgotten) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(ask(std::to_string(i), i));
  now_ += IdempotentAnswers::kKept;
  ASSERT_TRUE(ask("last"));
  const std::size_t one = answers_->bytes();
  now_ += IdempotentAnswers::kKept;
  ASSERT_TRUE(ask("next"));
  EXPECT_EQ(answers_->bytes(), one);
}

TEST_F(AnswersTest, TheSecondOfTwoAtOnceMustWait) {
  auto request = std::make_shared<net::Request>();
  request->headers.push_back({"idempotency-key", "k"});
  Exchange exchange{request, {}, {}};
  const auto remake = [](const net::Response&) { return std::string(); };
  const auto outer = answers_->once(
      exchange,
      [&](const Exchange& same) -> Result<net::Response> {
        const auto inner =
            answers_->once(same, [](const Exchange&) { return net::Response{}; }, remake);
        EXPECT_EQ(inner.error().code, ErrorCode::kStale);
        return net::Response{};
      },
      remake);
  EXPECT_TRUE(outer);
}

}  // namespace
}  // namespace rota::api
