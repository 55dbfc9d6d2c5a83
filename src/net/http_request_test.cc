// The `http_request` handler with a real client and server: it stands here because src/handlers
// knows only the port.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "handlers/catalog.h"
#include "handlers/fake_task_context.h"
#include "net/curl_http_client.h"
#include "net/curl_test_server.h"

namespace rota::net {
namespace {

using handlers::FakeTaskContext;
using testing::HasSubstr;
using testing::StartsWith;

class HttpRequestTest : public testing::Test {
 protected:
  HttpRequestTest() {
    environment_.http = client_.get();
    catalog_ = handlers::make_handler_catalog(environment_);
    handler_ = catalog_->find("http_request");
  }

  HandlerOutcome run(const std::string& more = "", const std::string& path = "/") {
    task_ = std::make_shared<FakeTaskContext>(
        fmt::format(R"({{"url":"{}"{}}})", server_.url(path), more));
    return handlers::execute_and_wait(*handler_, task_);
  }

  std::string seen_;
  TestServer server_{[this](const std::string& request, int fd) {
    seen_ = request;
    const std::string status = request.substr(request.find('/') + 1, 3);
    if (status == "han") return TestServer::hang(fd);
    TestServer::reply(fd, (status[0] == ' ' ? "200" : status) + " Said", "the answer");
  }};
  std::unique_ptr<handlers::HttpClient> client_ = make_curl_http_client({.allow_private = true});
  HandlerEnvironment environment_;
  std::unique_ptr<HandlerCatalog> catalog_;
  std::shared_ptr<TaskHandler> handler_;
  std::shared_ptr<FakeTaskContext> task_;
};

TEST_F(HttpRequestTest, SucceedsOnAnExpectedStatusAndKeepsTheAnswer) {
  const auto outcome = run();
  EXPECT_EQ(outcome.status, RunStatus::kSucceeded) << outcome.error;
  EXPECT_THAT(outcome.result, StartsWith("status 200, 10 bytes in "));
  EXPECT_EQ(task_->output(1), "the answer");
  EXPECT_FALSE(handler_->blocking());
}

TEST_F(HttpRequestTest, TellsTheOtherSideWhichRunItIs) {
  run(R"(,"method":"POST","body":"x","headers":{"X-Key":"k"})");
  EXPECT_THAT(seen_, HasSubstr("Idempotency-Key: 7:2026-11-23T09:30:00Z:42\r\n"));
  EXPECT_THAT(seen_, HasSubstr("X-Fence: 3\r\n"));
  EXPECT_THAT(seen_, HasSubstr("X-Key: k\r\n"));
}

TEST_F(HttpRequestTest, TheStatusDecidesWhetherAnotherAttemptCanHelp) {
  for (const int status : {408, 429, 500, 503}) {
    const auto outcome = run("", fmt::format("/{}", status));
    EXPECT_EQ(outcome.status, RunStatus::kFailed);
    EXPECT_TRUE(outcome.worth_a_retry) << status;
    EXPECT_THAT(outcome.error, StartsWith(fmt::format("unexpected status {}", status)));
  }
  for (const int status : {400, 401, 403, 404, 410}) {
    EXPECT_FALSE(run("", fmt::format("/{}", status)).worth_a_retry) << status;
  }
  EXPECT_EQ(run(R"(,"expected_status":[404,"500-599"])", "/404").status, RunStatus::kSucceeded);
  EXPECT_EQ(run(R"(,"expected_status":["204"])", "/200").status, RunStatus::kFailed);
  EXPECT_TRUE(run(R"(,"retry_status":[404])", "/404").worth_a_retry);
}

TEST_F(HttpRequestTest, NamesEveryWrongField) {
  const auto task = std::make_shared<FakeTaskContext>(
      R"({"timeout_s":0,"expected_status":["2xx"],"headers":{"a":1},"redirects_max":99})");
  const auto outcome = handlers::execute_and_wait(*handler_, task);
  for (const char* field :
       {"'url'", "'timeout_s'", "'expected_status'", "'headers'", "'redirects_max'"}) {
    EXPECT_THAT(outcome.error, HasSubstr(field));
  }
  EXPECT_FALSE(outcome.worth_a_retry);
}

TEST_F(HttpRequestTest, HeadersThatFrameTheRequestAreRefusedWhenSavedAndWhenRun) {
  for (const char* name : {"Host", "HOST", "Content-Length", "Transfer-Encoding", "Connection",
                           "Keep-Alive", "TE", "Trailer", "Upgrade", "Expect", "HTTP2-Settings",
                           "Proxy-Authorization", "Proxy-Connection"}) {
    const std::string headers = fmt::format(R"("headers":{{"X-Key":"k","{}":"x"}})", name);
    const auto saved = handler_->check_metadata(fmt::format(R"({{"url":"http://x",{}}})", headers));
    ASSERT_FALSE(saved) << name;
    EXPECT_EQ(saved.error().fields.at(0).field, fmt::format("metadata.headers.{}", name));
    EXPECT_THAT(saved.error().message, HasSubstr(name));
    const int before = server_.connections();
    EXPECT_THAT(run("," + headers).error, HasSubstr(fmt::format("may not set '{}'", name)));
    EXPECT_EQ(server_.connections(), before) << name;
  }
  EXPECT_TRUE(handler_->check_metadata(R"({"url":"http://x","headers":{"X-Host":"k"}})"));
  EXPECT_TRUE(handler_->check_metadata(R"({"url":"http://x"})"));
}

TEST_F(HttpRequestTest, AStopCancelsTheCall) {
  task_ = std::make_shared<FakeTaskContext>(fmt::format(R"({{"url":"{}"}})", server_.url("/hang")));
  std::promise<HandlerOutcome> outcome;
  handler_->execute(task_, [&](HandlerOutcome given) { outcome.set_value(given); });
  while (server_.connections() == 0) std::this_thread::yield();
  task_->request_stop();
  EXPECT_EQ(outcome.get_future().get().status, RunStatus::kCancelled);
}

TEST_F(HttpRequestTest, SaysSoWhereThereIsNoClient) {
  const auto bare = handlers::make_handler_catalog();
  const auto task = std::make_shared<FakeTaskContext>(R"({"url":"http://example.org"})");
  EXPECT_THAT(handlers::execute_and_wait(*bare->find("http_request"), task).error,
              HasSubstr("no HTTP client"));
}

}  // namespace
}  // namespace rota::net
