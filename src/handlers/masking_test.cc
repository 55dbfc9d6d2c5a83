// Mask, then cut: wherever a handler's text is shortened, at most three characters of a secret that
// stands across the cut are left.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/log_line.h"
#include "base/mask_test_forms.h"
#include "handlers/catalog.h"
#include "handlers/environment.h"
#include "handlers/fake_task_context.h"
#include "handlers/http_client.h"
#include "handlers/metadata.h"

namespace rota::handlers {
namespace {

class SayingHandler : public TaskHandler {
 public:
  explicit SayingHandler(Result<std::string> answer) : answer_(std::move(answer)) {}

 protected:
  Result<std::string> handle(TaskContext&) override { return answer_; }

 private:
  Result<std::string> answer_;
};

struct KeptLines final : base::LogSink {
  void write(Instant at, base::LogLevel level, std::string_view channel, std::string_view message,
             const base::LogField* fields, std::size_t count) override {
    base::LineBuffer line;
    base::append_json_line(line, at, level, channel, message, fields, count);
    text.append(line.data(), line.size());
  }
  std::string text;
};

// Answers nothing, with an error that names the whole address.
class FailingClient final : public HttpClient {
 public:
  std::shared_ptr<HttpCall> send(HttpRequest request, OnAnswer on_answer) override {
    struct Nothing final : HttpCall {
      void cancel() override {}
    };
    masked = masked && request.mask != nullptr;
    on_answer(fail(ErrorCode::kUnavailable, "no answer"));
    return std::make_shared<Nothing>();
  }
  bool masked = true;
};

class MaskingTest : public testing::Test {
 protected:
  // A secret in one of its forms, at a place from 0 to `place_max`.
  std::string around(std::size_t place_max) {
    secret_ = base::replaced(base::random_secret(random_, 31), {{'\n', "n"}});
    const auto forms = base::forms_for_test(secret_);
    const std::string form = forms[random_() % forms.size()].text;
    return std::string(random_() % place_max, '~') + form + std::string(random_() % 100, '~');
  }
  std::shared_ptr<FakeTaskContext> task(std::string metadata = "{}") {
    auto made = std::make_shared<FakeTaskContext>(std::move(metadata));
    made->mask_ = std::make_shared<const base::Mask>(std::vector<std::string>{secret_});
    made->logger_ = base::Logger(clock_, {lines_});
    return made;
  }
  void expect_hidden(const std::string& text) {
    ASSERT_LE(base::longest_common(text, secret_), 3u) << text << "\nsecret " << secret_;
  }

  std::mt19937 random_{20261124};  // NOLINT(cert-msc51-cpp): the same every time
  std::string secret_;
  ManualClock clock_{*parse_instant("2026-11-24T09:30:00Z")};
  std::shared_ptr<KeptLines> lines_ = std::make_shared<KeptLines>();
};

TEST_F(MaskingTest, TheResultAndTheErrorOfARunAndItsLogLines) {
  for (int round = 0; round < 200; ++round) {
    const std::string text = around(4200);
    SayingHandler good(text);
    const auto succeeded = execute_and_wait(good, task());
    EXPECT_LE(succeeded.result.size(), 4096u);
    expect_hidden(succeeded.result);
    SayingHandler bad(fail(ErrorCode::kFailed, "x", text));
    const auto failed = execute_and_wait(bad, task());
    EXPECT_LE(failed.error.size(), 4096u);
    expect_hidden(failed.error);
    expect_hidden(std::exchange(lines_->text, {}));
  }
}

TEST_F(MaskingTest, WhatIsSaidOfAWrongFieldOfTheMetadata) {
  for (int round = 0; round < 300; ++round) {
    const std::string raw = around(60);
    const std::string text = boost::json::serialize(boost::json::string(raw));
    const auto wrong = task("{\"n\":" + text + ",\"b\":" + text + ",\"l\":[" + text + ",5]}");
    Metadata metadata(*wrong);
    metadata.integer("n", 1);
    metadata.boolean("b", true);
    metadata.number("n", 1);
    const auto good = metadata.check();
    ASSERT_FALSE(good);
    expect_hidden(good.error().message);
    for (const auto& field : good.error().fields) expect_hidden(field.message);
    expect_hidden(metadata.shown(raw, 60));
  }
}

TEST_F(MaskingTest, WhatIsSaidOfEndpoints) {
  FailingClient client;
  HandlerEnvironment environment;
  environment.http = &client;
  const auto catalog = make_handler_catalog(environment);
  for (int round = 0; round < 300; ++round) {
    for (const auto& [type, field] :
         {std::pair{"api_healthcheck", "endpoints"}, std::pair{"cache_warmup", "cacheKeys"},
          std::pair{"system_health_check", "checkServices"}}) {
      // An address is called, another name is not: both are shown, at most 100 bytes of the first.
      const std::string name =
          (round % 2 == 0 ? "http://" : "") + around(round % 3 == 0 ? 1100 : 110);
      const auto given = task(fmt::format(R"({{"{}":[{}]}})", field,
                                          boost::json::serialize(boost::json::string(name))));
      const auto outcome = execute_and_wait(*catalog->find(type), given);
      expect_hidden(outcome.result + outcome.error + given->output(1));
    }
  }
  EXPECT_TRUE(client.masked);
}

}  // namespace
}  // namespace rota::handlers
