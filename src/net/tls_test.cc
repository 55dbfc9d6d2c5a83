// TLS over real sockets, with certificates that the test makes.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "net/curl_http_client.h"
#include "net/http_server.h"
#include "net/tls_test_files.h"

namespace rota::net {
namespace {

using namespace std::chrono_literals;

class TlsTest : public testing::Test {
 protected:
  void serve(HttpLimits limits = {}) {
    HttpServerOptions options;
    options.limits = limits;
    options.tls = TlsContext::load(files_.certificate(), files_.key()).value();
    server_ = HttpServer::listen(loop_, options, [](auto request, auto answer) {
                Response response;
                response.body = request->path + " " + std::to_string(request->body.size());
                if (request->path == "/big") response.body = std::string(4 << 20, 'x');
                answer->send(std::move(response));
              }).value();
    server_->begin();
  }
  std::string ask(const std::string& bytes, int highest_version = TLS1_3_VERSION) {
    TlsTestClient client(server_->port(), highest_version);
    client.send(bytes);
    return client.read_all();
  }

  TlsTestFiles files_;
  EventLoop loop_;
  std::unique_ptr<HttpServer> server_;
};

constexpr const char* kGet = "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_F(TlsTest, AnswersOverTheTwoVersionsThatAreSafe) {
  serve();
  EXPECT_EQ(body_of(ask(kGet)), "/a 0");
  EXPECT_EQ(body_of(ask(kGet, TLS1_2_VERSION)), "/a 0");
  EXPECT_EQ(TlsTestClient(server_->port()).version(), "TLSv1.3");
  EXPECT_FALSE(TlsTestClient(server_->port(), TLS1_1_VERSION).connected());
}

TEST_F(TlsTest, SendsAndTakesMoreThanOneRecord) {
  serve();
  EXPECT_EQ(body_of(ask("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).size(),
            4u << 20);
  const std::string body(900'000, 'y');
  EXPECT_EQ(body_of(ask("POST /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body)),
            "/p 900000");
}

TEST_F(TlsTest, AnswersManyRequestsThatCameAtOnce) {
  serve();
  std::string all;
  for (int i = 0; i < 500; ++i) all += "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string answers = ask(all + kGet);
  std::size_t count = 0;
  for (auto at = answers.find("/a 0"); at != std::string::npos; at = answers.find("/a 0", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 501u);
}

// What tasks call is checked, too: this certificate is signed by nobody that the machine knows.
TEST_F(TlsTest, OurOwnClientRefusesACertificateThatNobodyVouchesFor) {
  serve();
  const auto client = make_curl_http_client({.allow_private = true});
  handlers::HttpRequest request;
  request.url = "https://localhost:" + std::to_string(server_->port()) + "/a";
  std::promise<Result<handlers::HttpAnswer>> answer;
  client->send(request, [&](Result<handlers::HttpAnswer> given) { answer.set_value(given); });
  const auto given = answer.get_future().get();
  ASSERT_FALSE(given);
  EXPECT_NE(given.error().message.find("certificate"), std::string::npos) << given.error().message;
}

TEST_F(TlsTest, TellsAClientThatForgotTheS) {
  serve();
  TestClient client(server_->port());
  client.send(kGet);
  const std::string answer = client.read_all();
  EXPECT_EQ(status_of(answer), 400);
  EXPECT_NE(answer.find("https://"), std::string::npos);
}

TEST_F(TlsTest, AClientThatNeverShakesHandsIsDropped) {
  HttpLimits limits;
  limits.header_time = 100ms;
  limits.sweep_every = 20ms;
  serve(limits);
  TestClient silent(server_->port());
  silent.send("\x16\x03\x01");  // the beginning of a greeting, and no more
  EXPECT_EQ(silent.read_all(3000), "");
  EXPECT_TRUE(silent.closed());
}

TEST_F(TlsTest, NonsenseInsteadOfAGreetingEndsThatConnectionAlone) {
  serve();
  TestClient client(server_->port());
  client.send(std::string(300, '\x80'));
  client.read_all(3000);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(status_of(ask(kGet)), 200);
}

TEST_F(TlsTest, ARenewedCertificateServesNewConnectionsAndKeepsTheOld) {
  serve();
  TlsTestClient before(server_->port());
  EXPECT_EQ(before.serial(), 1);
  files_.make();
  server_->use_certificate(TlsContext::load(files_.certificate(), files_.key()).value());
  std::promise<void> taken;
  loop_.post([&] { taken.set_value(); });
  taken.get_future().wait();
  EXPECT_EQ(TlsTestClient(server_->port()).serial(), 2);
  before.send(kGet);
  EXPECT_EQ(status_of(before.read_all()), 200);
}

ErrorCode load_error(const std::string& certificate, const std::string& key) {
  const auto loaded = TlsContext::load(certificate, key);
  return loaded ? ErrorCode::kInternal : loaded.error().code;
}

TEST(TlsFilesTest, WhatCannotBeUsedIsNamed) {
  TlsTestFiles files;
  TlsTestFiles others;
  EXPECT_EQ(load_error("/nowhere/cert.pem", files.key()), ErrorCode::kIo);
  EXPECT_EQ(load_error(files.certificate(), files.folder()), ErrorCode::kIo);
  EXPECT_EQ(load_error(files.key(), files.key()), ErrorCode::kInvalidArgument);
  EXPECT_EQ(load_error(files.certificate(), others.key()), ErrorCode::kInvalidArgument);
  std::ofstream(files.folder() + "/empty.pem");
  EXPECT_EQ(load_error(files.folder() + "/empty.pem", files.key()), ErrorCode::kInvalidArgument);
}

TEST(TlsFilesTest, AKeyThatEverybodyMayReadIsRefused) {
  TlsTestFiles files;
  chmod(files.key().c_str(), 0644);
  const auto loaded = TlsContext::load(files.certificate(), files.key());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kPermissionDenied);
  EXPECT_NE(loaded.error().hint.find("chmod 600"), std::string::npos);
  chmod(files.key().c_str(), 0640);  // a group for certificates is usual
  EXPECT_TRUE(TlsContext::load(files.certificate(), files.key()));
}

TEST(TlsFilesTest, SaysWhenTheCertificateEnds) {
  TlsTestFiles files(3600);
  const auto end = TlsContext::load(files.certificate(), files.key()).value()->expires_at();
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  EXPECT_LT(end - now, 1h + 5s);
  EXPECT_GT(end - now, 55min);
}

}  // namespace
}  // namespace rota::net
