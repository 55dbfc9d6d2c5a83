// What one client can hold of a server: bytes it does not read, bodies it does not finish, places.
#include <fmt/format.h>

#include "net/http_server_fixture.h"

namespace rota::net {
namespace {

std::string get(const std::string& path, const std::string& headers = {}) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n{}\r\n", path, headers);
}

std::string post(std::size_t length) {
  return fmt::format("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", length,
                     std::string(length, 'x'));
}

class HttpBoundsTest : public HttpServerTest {};

TEST_F(HttpBoundsTest, AClientThatReadsByteByByteDoesNotHoldAnAnswerForEver) {
  HttpLimits limits = quick_limits();
  limits.answer_bytes_max = 40 << 20;
  limits.unsent_per_holder_max = 40 << 20;
  serve(limits);
  TestClient client(server_->port());
  client.send(get("/huge"));
  ASSERT_TRUE(comes_true([&] { return server_->counters().unsent_bytes > 0; }));
  char byte = 0;
  EXPECT_TRUE(comes_true([&] {
    (void)recv(client.fd(), &byte, 1, MSG_DONTWAIT);
    return server_->counters().connections == 0;
  }));
  EXPECT_EQ(server_->counters().unsent_bytes, 0u);
}

TEST_F(HttpBoundsTest, AnAnswerThatIsTakenFastEnoughComesWhole) {
  HttpLimits limits = quick_limits();
  limits.write_window = 100ms;
  limits.answer_bytes_max = 40 << 20;
  limits.unsent_per_holder_max = 40 << 20;
  serve(limits);
  TestClient client(server_->port());
  client.send(get("/huge", "Connection: close\r\n"));
  EXPECT_EQ(body_of(client.read_all()).size(), std::size_t{32} << 20);
}

TEST_F(HttpBoundsTest, UnreadAnswersOfOneAddressAreBounded) {
  HttpLimits limits;
  limits.unsent_per_holder_max = 40 << 20;
  limits.answer_bytes_max = 40 << 20;
  serve(limits);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 2; ++i) clients.push_back(std::make_unique<TestClient>(server_->port()));
  clients[0]->send(get("/huge"));
  ASSERT_TRUE(comes_true([&] { return server_->counters().unsent_bytes > 0; }));
  clients[1]->send(get("/huge"));
  const std::string refused = clients[1]->read_answer();
  EXPECT_EQ(status_of(refused), 429);
  EXPECT_FALSE(header_of(refused, "Retry-After").empty());
  EXPECT_EQ(status_of(ask(kGet)), 200) << "small answers are always sent";
  EXPECT_TRUE(server_->has_room_for("127.0.0.1"));
  EXPECT_LE(server_->counters().unsent_bytes, limits.unsent_per_holder_max);
  clients.clear();
  EXPECT_TRUE(comes_true([&] { return server_->counters().unsent_bytes == 0; }));
}

TEST_F(HttpBoundsTest, UnreadAnswersAreBoundedInAll) {
  HttpLimits limits;
  limits.unsent_max = 40 << 20;
  limits.answer_bytes_max = 40 << 20;
  limits.unsent_per_holder_max = 1 << 30;
  serve(limits);
  TestClient first(server_->port());
  first.send(get("/huge"));
  ASSERT_TRUE(comes_true([&] { return server_->counters().unsent_bytes > 0; }));
  const std::string refused = ask(get("/huge"));
  EXPECT_EQ(status_of(refused), 503);
  EXPECT_FALSE(header_of(refused, "Retry-After").empty());
}

TEST_F(HttpBoundsTest, AnAnswerThatNeverFitsIsNoReasonToWait) {
  serve();
  const std::string refused = ask(get("/huge"));
  EXPECT_EQ(status_of(refused), 413);
  EXPECT_EQ(header_of(refused, "Retry-After"), "");
}

TEST_F(HttpBoundsTest, BytesOfStreamsCountToo) {
  HttpLimits limits;
  limits.stream_pending_max = 64 << 20;
  limits.unsent_per_holder_max = 1 << 20;
  serve(limits);
  TestClient client(server_->port());
  client.send(get("/stream"));
  const auto stream = wait_for_stream();
  ASSERT_TRUE(stream);
  const auto block = std::make_shared<const std::string>(std::string(256 * 1024, 'x'));
  bool open = true;
  for (int i = 0; i < 1000 && open; ++i) open = stream->write(block);
  EXPECT_FALSE(open);
  EXPECT_EQ(server_->counters().streams_dropped, 1u);
}

TEST_F(HttpBoundsTest, BodiesThatWaitForTheirAnswersAreBoundedPerAddress) {
  HttpLimits limits;
  limits.received_per_address_max = 1 << 20;
  serve(limits);
  TestClient first(server_->port());
  first.send(post(900 * 1024));
  ASSERT_TRUE(wait_for_held(1));
  const std::string refused = ask(post(900 * 1024));
  EXPECT_EQ(status_of(refused), 429);
  EXPECT_EQ(header_of(refused, "Retry-After"), "1");
  TestClient small(server_->port());
  small.send(post(limits.received_free));
  EXPECT_TRUE(wait_for_held(2)) << "small bodies always come in";
  answer_held();
  EXPECT_EQ(status_of(first.read_answer()), 200);
  TestClient second(server_->port());
  second.send(post(900 * 1024));
  EXPECT_TRUE(wait_for_held(1)) << "what was answered is given back";
}

TEST_F(HttpBoundsTest, BodiesThatWaitForTheirAnswersAreBoundedInAll) {
  HttpLimits limits;
  limits.received_max = 1 << 20;
  serve(limits);
  TestClient first(server_->port());
  first.send(post(900 * 1024));
  ASSERT_TRUE(wait_for_held(1));
  EXPECT_EQ(status_of(ask(post(900 * 1024))), 503);
  answer_held();
}

// Sixty clients that say nothing hold everything, the places kept for the probe among them.
TEST_F(HttpBoundsTest, TheProbeIsAnsweredWhileSilentClientsHoldEveryPlace) {
  HttpLimits limits;
  limits.connections_per_address_max = 40;
  limits.reserved_patience = 50ms;
  serve(limits);
  std::vector<std::unique_ptr<TestClient>> silent;
  for (int i = 0; i < 60; ++i) silent.push_back(std::make_unique<TestClient>(server_->port()));
  for (int i = 0; i < 20; ++i) {
    std::string answer;
    EXPECT_TRUE(comes_true([&] {
      answer = ask(get("/healthz"));
      return status_of(answer) == 200;
    })) << answer;
  }
  // A probe may just have taken the place of a silent client.
  EXPECT_GE(server_->counters().connections, 40u);
  EXPECT_LE(server_->counters().connections, 44u);
}

TEST_F(HttpBoundsTest, APlaceForTheProbeIsNotHeldInSilence) {
  HttpLimits limits;
  limits.connections_max = 0;
  limits.reserved_time = 100ms;
  limits.sweep_every = 20ms;
  serve(limits);
  TestClient silent(server_->port());
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_TRUE(silent.closed());
}

class ProxiedTest : public HttpServerTest {
 protected:
  std::string from(const std::string& headers) { return body_of(ask(get("/from", headers))); }
  const std::vector<Network> trusted_ = {Network::parse("127.0.0.1").value()};
};

TEST_F(ProxiedTest, TheClientIsWhoTheTrustedProxyNames) {
  serve({}, trusted_);
  EXPECT_EQ(from(""), "127.0.0.1");
  EXPECT_EQ(from("X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"), "192.0.2.7");
  EXPECT_EQ(from("Forwarded: for=\"[2001:db8::9]:1\"\r\n"), "2001:db8::9");
}

TEST_F(ProxiedTest, NobodyElseIsBelieved) {
  serve();
  EXPECT_EQ(from("X-Forwarded-For: 192.0.2.7\r\nForwarded: for=192.0.2.7\r\n"), "127.0.0.1");
}

TEST_F(ProxiedTest, EachClientHasItsOwnBoundAndTheProxyNone) {
  HttpLimits limits;
  limits.connections_per_address_max = 2;
  serve(limits, trusted_);
  std::vector<std::unique_ptr<TestClient>> connections;
  const auto hold_for = [&](const std::string& client) {
    connections.push_back(std::make_unique<TestClient>(server_->port()));
    connections.back()->send(get("/hold", "X-Forwarded-For: " + client + "\r\n"));
  };
  for (const char* client : {"2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"}) {
    hold_for(client);
  }
  ASSERT_TRUE(wait_for_held(4)) << "more than one address may hold";
  const std::string refused = ask(get("/from", "X-Forwarded-For: 2001:db8::3\r\n"));
  EXPECT_EQ(status_of(refused), 429);
  EXPECT_EQ(header_of(refused, "Retry-After"), "1");
  EXPECT_EQ(from("X-Forwarded-For: 2001:db8:0:1::3\r\n"), "2001:db8:0:1::3");
  EXPECT_EQ(status_of(ask(get("/healthz", "X-Forwarded-For: 2001:db8::3\r\n"))), 200);
  answer_held();
  EXPECT_TRUE(
      comes_true([&] { return from("X-Forwarded-For: 2001:db8::3\r\n") == "2001:db8::3"; }));
}

}  // namespace
}  // namespace rota::net
