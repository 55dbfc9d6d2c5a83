#include "net/http_head.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rota::net {
namespace {

int status_for(const std::string& bytes) {
  RequestHead head;
  const auto refusal = read_head(bytes, HttpLimits{}, head);
  return refusal ? refusal->status : 200;
}

std::string with(const std::string& lines) {
  return "GET / HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
}

TEST(HttpHeadTest, ReadsAPlainRequest) {
  RequestHead head;
  ASSERT_FALSE(read_head("GET /a/b?c=d&e HTTP/1.1\r\nHost: localhost:80\r\nX-Y:  z \r\n\r\n",
                         HttpLimits{}, head));
  EXPECT_EQ(head.request.method, "GET");
  EXPECT_EQ(head.request.path, "/a/b");
  EXPECT_EQ(head.request.query, "c=d&e");
  EXPECT_EQ(head.request.host, "localhost:80");
  EXPECT_EQ(head.request.header("x-y"), "z");
  EXPECT_TRUE(head.keep_alive);
}

TEST(HttpHeadTest, TakesTheHostOfAnAbsoluteTarget) {
  RequestHead head;
  ASSERT_FALSE(read_head("GET http://a.example:1/x HTTP/1.1\r\nHost: b.example\r\n\r\n",
                         HttpLimits{}, head));
  EXPECT_EQ(head.request.host, "a.example:1");
  EXPECT_EQ(head.request.path, "/x");
}

TEST(HttpHeadTest, KeepsAnOldClientsConnectionOnlyWhenAsked) {
  RequestHead head;
  ASSERT_FALSE(read_head("GET / HTTP/1.0\r\nHost: a\r\n\r\n", HttpLimits{}, head));
  EXPECT_FALSE(head.keep_alive);
  RequestHead asked;
  ASSERT_FALSE(read_head("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n",
                         HttpLimits{}, asked));
  EXPECT_TRUE(asked.keep_alive);
}

TEST(HttpHeadTest, RefusesWhatProxiesMightReadOtherwise) {
  const std::vector<std::string> smuggling{
      with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
      with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
      with("Content-Length: 3\r\nContent-Length: 3\r\n"),
      with("Content-Length: 3, 3\r\n"),
      with("Content-Length: +3\r\n"),
      with("Content-Length: -3\r\n"),
      with("Content-Length: 0x3\r\n"),
      with("Content-Length: 99999999999999999999999\r\n"),
      with("Content-Length: \r\n"),
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      with("Transfer-Encoding : chunked\r\n"),
      with(" Transfer-Encoding: chunked\r\n"),
      with("X: a\r\n b\r\n"),
      with("X: a\r\n\tb\r\n"),
      with("X: a\rb\r\n"),
      with("X: a\nContent-Length: 3\r\n"),
      with(std::string("X: a\0b\r\n", 8)),
      with("X\r\n"),
      with(": a\r\n"),
      with("X Y: a\r\n"),
      with("Host: other\r\n"),
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost:\r\n\r\n",
      "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
      "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
      "G\tT / HTTP/1.1\r\nHost: a\r\n\r\n",
      " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET / http/1.1\r\nHost: a\r\n\r\n",
      "GET /\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\r\n\r\n",
  };
  for (const std::string& bytes : smuggling) EXPECT_EQ(status_for(bytes), 400) << bytes;
}

TEST(HttpHeadTest, SaysWhatItDoesNotSpeak) {
  EXPECT_EQ(status_for(with("Transfer-Encoding: gzip, chunked\r\n")), 501);
  EXPECT_EQ(status_for(with("Transfer-Encoding: xchunked\r\n")), 501);
  EXPECT_EQ(status_for("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(status_for(with("Expect: something\r\n")), 417);
  EXPECT_EQ(status_for("ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
}

TEST(HttpHeadTest, HoldsItsBounds) {
  EXPECT_EQ(status_for("GET /" + std::string(8191, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
  EXPECT_EQ(status_for("GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  std::string headers;
  for (int i = 0; i < 99; ++i) headers += "X-" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(status_for(with(headers)), 200);
  EXPECT_EQ(status_for(with(headers + "One: more\r\n")), 431);
  EXPECT_EQ(status_for(with("Content-Length: 1048576\r\n")), 200);
  EXPECT_EQ(status_for(with("Content-Length: 10485761\r\n")), 413);
}

TEST(HttpHeadTest, JudgesAnUnfinishedHeadToo) {
  const HttpLimits limits;
  EXPECT_FALSE(check_partial_head("GET / HT", limits));
  EXPECT_EQ(check_partial_head("GET / HTTP/1.1\nHost", limits)->status, 400);
  EXPECT_EQ(check_partial_head("\nGET", limits)->status, 400);
  EXPECT_EQ(check_partial_head(std::string(9000, 'a'), limits)->status, 414);
  EXPECT_EQ(check_partial_head("GET / HTTP/1.1\r\nX: " + std::string(33000, 'a'), limits)->status,
            431);
}

// Any bytes: an answer or a refusal, never a crash; the same bytes the same verdict.
TEST(HttpHeadTest, SurvivesEveryMutationOfAGoodRequest) {
  const std::string good = with("Content-Length: 3\r\nX: y\r\n");
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : {'\0', '\r', '\n', ' ', ':', '\x80', 'A'}) {
      std::string bad = good;
      bad[at] = c;
      EXPECT_EQ(status_for(bad), status_for(bad));
      status_for(good.substr(0, at));
    }
  }
}

}  // namespace
}  // namespace rota::net
