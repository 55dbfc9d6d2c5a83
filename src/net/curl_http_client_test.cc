#include "net/curl_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "net/curl_test_server.h"

namespace rota::net {
namespace {

using handlers::HttpAnswer;
using handlers::HttpRequest;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

Result<HttpAnswer> fetch(handlers::HttpClient& client, HttpRequest request) {
  std::promise<Result<HttpAnswer>> answer;
  client.send(std::move(request), [&](Result<HttpAnswer> given) { answer.set_value(given); });
  return answer.get_future().get();
}

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

class CurlHttpClientTest : public testing::Test {
 protected:
  Result<HttpAnswer> get_from(const TestServer::Serve& serve, HttpRequest request = {}) {
    TestServer server(serve);
    request.url = server.url("/path");
    return fetch(*client_, std::move(request));
  }

  std::unique_ptr<handlers::HttpClient> client_ = make_curl_http_client({.allow_private = true});
};

TEST_F(CurlHttpClientTest, SendsMethodHeadersAndBodyAndGivesTheAnswer) {
  std::string seen;
  HttpRequest request;
  request.method = "PATCH";
  request.headers = {{"X-Key", "a b"}, {"X-Empty", ""}};
  request.body = "the body";
  const auto answer = get_from(
      [&](const std::string& text, int fd) {
        seen = text;
        TestServer::reply(fd, "207 Multi", "hello", "X-Thing:  value \r\n");
      },
      request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 207);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_THAT(answer->headers, testing::Contains(testing::Pair("x-thing", "value")));
  EXPECT_THAT(seen, testing::StartsWith("PATCH /path HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("X-Key: a b\r\n"));
  EXPECT_THAT(seen, HasSubstr("X-Empty:\r\n"));
  EXPECT_THAT(seen, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_THAT(seen, HasSubstr("User-Agent: rota/"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect:")));
  EXPECT_THAT(seen, HasSubstr("\r\n\r\nthe body"));
}

TEST_F(CurlHttpClientTest, HeadHasNoBody) {
  HttpRequest request;
  request.method = "HEAD";
  const auto answer = get_from(
      [](const std::string&, int fd) {
        TestServer::send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
      },
      request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST_F(CurlHttpClientTest, AServerThatNeverAnswersTimesOut) {
  HttpRequest request;
  request.timeout = 50ms;
  const auto answer = get_from([](const std::string&, int fd) { TestServer::hang(fd); }, request);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
}

TEST_F(CurlHttpClientTest, AnAnswerThatDripsTimesOutToo) {
  HttpRequest request;
  request.timeout = 100ms;
  const auto answer = get_from(
      [](const std::string&, int fd) {
        TestServer::send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        for (int i = 0; i < 1000; ++i) {
          if (::send(fd, "x", 1, MSG_NOSIGNAL) <= 0) return;
          std::this_thread::sleep_for(5ms);
        }
      },
      request);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
}

TEST_F(CurlHttpClientTest, TooLargeAnAnswerIsRefusedWhileItArrives) {
  std::atomic<std::size_t> sent{0};
  HttpRequest request;
  request.answer_bytes_max = 100'000;
  const auto answer = get_from(
      [&](const std::string&, int fd) {
        TestServer::send(fd, "HTTP/1.1 200 OK\r\n\r\n");
        const std::string piece(65536, 'x');
        while (sent < 1'000'000'000) {
          const ssize_t n = ::send(fd, piece.data(), piece.size(), MSG_NOSIGNAL);
          if (n <= 0) return;
          sent += static_cast<std::size_t>(n);
        }
      },
      request);
  EXPECT_EQ(answer.error().code, ErrorCode::kLimitExceeded);
  EXPECT_LT(sent, 50'000'000u);
}

TEST_F(CurlHttpClientTest, EndlessHeadersAreRefused) {
  const auto answer = get_from([](const std::string&, int fd) {
    TestServer::send(fd, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 10'000; ++i)
      TestServer::send(fd, "X-More: " + std::string(100, 'x') + "\r\n");
  });
  EXPECT_EQ(answer.error().code, ErrorCode::kLimitExceeded);
}

TEST_F(CurlHttpClientTest, ALoopOfRedirectsEnds) {
  const auto answer = get_from([](const std::string&, int fd) {
    TestServer::reply(fd, "302 Found", "", "Location: /again\r\n");
  });
  EXPECT_EQ(answer.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(answer.error().message, HasSubstr("5 redirects"));
}

TEST_F(CurlHttpClientTest, FollowsRedirectsAndLeavesKeysBehindAtAnotherOrigin) {
  std::string seen;
  TestServer second([&](const std::string& text, int fd) {
    seen = text;
    TestServer::reply(fd, "200 OK", "there");
  });
  HttpRequest request;
  request.method = "POST";
  request.body = "secret body";
  request.headers = {
      {"X-Api-Key", "secret"}, {"Authorization", "Bearer secret"}, {"Accept", "a/b"}};
  const auto answer = get_from(
      [&](const std::string&, int fd) {
        TestServer::reply(fd, "302 Found", "old", "Location: " + second.url("/new") + "\r\n");
      },
      request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "there");
  EXPECT_EQ(answer->url, second.url("/new"));
  EXPECT_EQ(answer->redirects, 1);
  EXPECT_THAT(seen, testing::StartsWith("GET /new"));
  EXPECT_THAT(seen, Not(HasSubstr("secret")));
  EXPECT_THAT(seen, HasSubstr("Accept: a/b"));
}

TEST_F(CurlHttpClientTest, ARedirectToAnotherSchemeIsRefused) {
  for (const char* target : {"file:///etc/passwd", "gopher://127.0.0.1:1/", "ftp://127.0.0.1/"}) {
    const auto answer = get_from([&](const std::string&, int fd) {
      TestServer::reply(fd, "302 Found", "", "Location: " + std::string(target) + "\r\n");
    });
    ASSERT_FALSE(answer) << target;
    EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument) << answer.error().message;
  }
}

TEST_F(CurlHttpClientTest, AResetOrGarbageIsAnErrorWorthARetry) {
  const auto reset = get_from([](const std::string&, int fd) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  ASSERT_FALSE(reset);
  EXPECT_TRUE(error_traits(reset.error().code).worth_a_retry);
  const auto garbage = get_from([](const std::string&, int fd) {
    TestServer::send(fd, "\x16\x03\x01 this is no HTTP\r\n\r\n");
  });
  ASSERT_FALSE(garbage);
  const auto cut = get_from([](const std::string&, int fd) {
    TestServer::send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kUnavailable);
}

TEST_F(CurlHttpClientTest, NobodyListeningIsUnavailable) {
  std::string url;
  {
    TestServer gone([](const std::string&, int) {});
    url = gone.url();
  }
  EXPECT_EQ(fetch(*client_, get(url)).error().code, ErrorCode::kUnavailable);
}

TEST_F(CurlHttpClientTest, CancelAnswersOnceAndAtOnce) {
  TestServer server([](const std::string&, int fd) { TestServer::hang(fd); });
  std::promise<Result<HttpAnswer>> answer;
  auto call =
      client_->send(get(server.url()), [&](Result<HttpAnswer> given) { answer.set_value(given); });
  while (server.connections() == 0) std::this_thread::yield();
  call->cancel();
  EXPECT_EQ(answer.get_future().get().error().code, ErrorCode::kCancelled);
  call->cancel();
}

TEST_F(CurlHttpClientTest, DestroyingTheClientCancelsWhatIsOnItsWay) {
  TestServer server([](const std::string&, int fd) { TestServer::hang(fd); });
  std::promise<Result<HttpAnswer>> answer;
  auto call =
      client_->send(get(server.url()), [&](Result<HttpAnswer> given) { answer.set_value(given); });
  client_.reset();
  EXPECT_EQ(answer.get_future().get().error().code, ErrorCode::kCancelled);
  call->cancel();
}

TEST_F(CurlHttpClientTest, ManyAtOnceAllGetTheirAnswer) {
  TestServer server([](const std::string& text, int fd) {
    TestServer::reply(fd, "200 OK", text.substr(4, text.find(' ', 4) - 4));
  });
  std::vector<std::promise<Result<HttpAnswer>>> answers(200);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    client_->send(get(server.url("/" + std::to_string(i))),
                  [&answers, i](Result<HttpAnswer> given) { answers[i].set_value(given); });
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto answer = answers[i].get_future().get();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "/" + std::to_string(i));
  }
}

TEST_F(CurlHttpClientTest, IgnoresProxiesOfTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto answer =
      get_from([](const std::string&, int fd) { TestServer::reply(fd, "200 OK", ""); });
  ::unsetenv("http_proxy");
  EXPECT_TRUE(answer);
}

TEST_F(CurlHttpClientTest, RefusesWhatCouldForgeARequest) {
  const std::vector<HttpRequest> hostile{
      {.method = "GET / HTTP/1.1\r\nX: y", .url = "http://example.org"},
      {.method = "", .url = "http://example.org"},
      {.url = "http://example.org", .headers = {{"X", "a\r\nY: b"}}},
      {.url = "http://example.org", .headers = {{"X\r\nY", "b"}}},
      {.url = "http://example.org", .headers = {{"X", std::string("a\0b", 3)}}},
      {.url = "http://example.org", .headers = {{"Transfer-Encoding", "chunked"}}},
      {.url = "http://example.org", .headers = {{"hOsT", "other.example.org"}}},
      {.url = "http://example.org", .headers = {{"Content-Length", "1"}}},
      {.url = "http://example.org", .headers = {{"Connection", "x-key"}}},
      {.url = "http://example.org", .headers = {{"Upgrade", "h2c"}}},
      {.url = "http://example.org", .headers = {{"TE", "trailers"}}},
      {.url = "http://example.org", .headers = {{"Trailer", "x"}}},
      {.url = "http://example.org", .headers = {{"Proxy-Authorization", "x"}}},
      {.url = "http://example.org/\r\nX: y"},
      {.url = "http://user:word@example.org"},
      {.url = "file:///etc/passwd"},
      {.url = "gopher://127.0.0.1:25/_HELO"},
      {.url = "example.org"},
      {.url = ""},
      {.url = "http://"},
      {.url = "http://" + std::string(10'000, 'a')},
  };
  for (const auto& request : hostile) {
    const auto answer = fetch(*client_, request);
    ASSERT_FALSE(answer) << request.url;
    EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument) << request.url;
  }
}

// Every way to write this machine's own address, and addresses that lead inside a network.
TEST(CurlAddressPolicyTest, PrivateAddressesAreRefusedHoweverTheyAreWritten) {
  TestServer server([](const std::string&, int fd) { TestServer::reply(fd, "200 OK", "inside"); });
  const auto client = make_curl_http_client();
  const std::string port = ":" + std::to_string(server.port()) + "/";
  for (const char* host : {"127.0.0.1",
                           "127.1",
                           "127.0.1",
                           "2130706433",
                           "0x7f000001",
                           "0x7f.1",
                           "0177.0.0.1",
                           "017700000001",
                           "localhost",
                           "LOCALHOST",
                           "localhost.",
                           "0",
                           "0.0.0.0",
                           "[::1]",
                           "[::]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[0:0:0:0:0:ffff:127.0.0.1]",
                           "127.0.0.1.",
                           "10.0.0.1",
                           "169.254.169.254",
                           "192.168.0.1",
                           "[fe80::1]",
                           "[fd00::1]",
                           "[64:ff9b::7f00:1]",
                           "%31%32%37.0.0.1",
                           "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1"}) {
    HttpRequest request = get("http://" + std::string(host) + port);
    request.timeout = 2s;
    const auto answer = fetch(*client, request);
    ASSERT_FALSE(answer) << host;
    EXPECT_TRUE(answer.error().code == ErrorCode::kNotAllowedHere ||
                answer.error().code == ErrorCode::kInvalidArgument ||
                answer.error().code == ErrorCode::kUnavailable)
        << host << ": " << answer.error().message;
  }
  EXPECT_EQ(server.connections(), 0);
  const auto plain = fetch(*client, get(server.url()));
  EXPECT_EQ(plain.error().code, ErrorCode::kNotAllowedHere);
  EXPECT_THAT(plain.error().hint, HasSubstr("--allow-private-http"));
}

}  // namespace
}  // namespace rota::net
