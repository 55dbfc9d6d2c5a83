// The server over real sockets on 127.0.0.1.
#include "net/http_server.h"

#include "net/http_server_fixture.h"

namespace rota::net {
namespace {

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  serve();
  TestClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(body_of(answer), "GET /a ");
    EXPECT_EQ(header_of(answer, "Connection"), "keep-alive");
    EXPECT_FALSE(header_of(answer, "Date").empty());
  }
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  serve();
  TestClient client(server_->port());
  client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "GET /1 ");
  EXPECT_EQ(body_of(client.read_answer()), "GET /2 ");
}

TEST_F(HttpServerTest, ReadsARequestThatComesByteByByte) {
  serve();
  TestClient client(server_->port());
  for (const char c : std::string_view(kGet)) client.send(std::string_view(&c, 1));
  EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST_F(HttpServerTest, ClosesWhenAskedTo) {
  serve();
  TestClient client(server_->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(header_of(client.read_all(), "Connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  serve();
  TestClient client(server_->port());
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_EQ(header_of(answer, "Content-Length"), "8");
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(HttpServerTest, NoContentHasNeitherLengthNorBody) {
  serve();
  const std::string answer = ask("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(answer), 204);
  EXPECT_EQ(header_of(answer, "Content-Length"), "");
}

TEST_F(HttpServerTest, AnswerCannotBeSplit) {
  serve();
  const std::string answer = ask("GET /split HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(header_of(answer, "Injected"), "");
}

TEST_F(HttpServerTest, ReadsBodiesWithALengthAndInChunks) {
  serve();
  EXPECT_EQ(body_of(ask("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")),
            "POST /p hello");
  EXPECT_EQ(body_of(ask("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: t\r\n\r\n")),
            "POST /p hello");
}

TEST_F(HttpServerTest, TellsAnExpectantClientToContinue) {
  serve();
  TestClient client(server_->port());
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(client.read_answer()), 100);
  client.send("ok");
  EXPECT_EQ(body_of(client.read_answer()), "POST /p ok");
}

TEST_F(HttpServerTest, RefusesSmugglingAndClosesSoThatNothingFollows) {
  serve();
  const std::string second = "GET /second HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::string& first : {
           std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n0\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: "
                       "4\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost : a\r\n\r\n"),
           std::string("GET / HTTP/1.1\nHost: a\n\n"),
           std::string("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                       "chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n2\r\nabXX0\r\n\r\n"),
       }) {
    TestClient client(server_->port());
    client.send(first + second);
    const std::string all = client.read_all();
    EXPECT_EQ(status_of(all), 400) << first;
    EXPECT_EQ(header_of(all, "Connection"), "close");
    EXPECT_EQ(all.find("/second"), std::string::npos) << first;
    EXPECT_TRUE(client.closed());
  }
}

TEST_F(HttpServerTest, HoldsItsBoundsOnTheWire) {
  serve();
  EXPECT_EQ(status_of(ask("GET /" + std::string(9000, 'a'))), 414);
  EXPECT_EQ(status_of(ask("GET / HTTP/1.1\r\nX: " + std::string(40000, 'a'))), 431);
  EXPECT_EQ(status_of(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n")), 413);
  std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  EXPECT_EQ(status_of(ask(chunks)), 413);
}

TEST_F(HttpServerTest, SlowHeadersAreEndedInTime) {
  serve(quick_limits());
  TestClient client(server_->port());
  const auto begin = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  while (client.send("X: y\r\n") && std::chrono::steady_clock::now() - begin < 5s) {
    if (status_of(client.read_until("\r\n\r\n", 20)) == 408) break;
  }
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n", 20)), 408);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST_F(HttpServerTest, SlowBodiesAreEndedInTime) {
  serve(quick_limits());
  EXPECT_EQ(status_of(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab")), 408);
}

TEST_F(HttpServerTest, BodiesThatComeDropByDropAreEndedInTime) {
  serve(quick_limits());
  TestClient client(server_->port());
  const auto begin = std::chrono::steady_clock::now();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  while (client.send("x") && std::chrono::steady_clock::now() - begin < 5s) {
    if (status_of(client.read_until("\r\n\r\n", 20)) == 408) break;
  }
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n", 20)), 408);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST_F(HttpServerTest, SilentAndIdleConnectionsAreClosed) {
  serve(quick_limits());
  TestClient silent(server_->port());
  EXPECT_EQ(silent.read_all(2000), "");
  EXPECT_TRUE(silent.closed());
  TestClient idle(server_->port());
  idle.send(kGet);
  idle.read_answer();
  EXPECT_EQ(idle.read_all(2000), "");
  EXPECT_TRUE(idle.closed());
}

TEST_F(HttpServerTest, ClientThatNeverReadsIsDropped) {
  serve(quick_limits());
  TestClient client(server_->port());
  client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto begin = std::chrono::steady_clock::now();
  while (server_->counters().connections > 0 && std::chrono::steady_clock::now() - begin < 5s) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server_->counters().connections, 0u);
}

TEST_F(HttpServerTest, ForgottenRequestIsAnInternalError) {
  serve();
  EXPECT_EQ(status_of(ask("GET /forget HTTP/1.1\r\nHost: a\r\n\r\n")), 500);
}

TEST_F(HttpServerTest, HealthIsAnsweredWhenEverythingElseIsFull) {
  HttpLimits limits;
  limits.connections_max = 1;
  limits.reserved_max = 1;
  serve(limits);
  TestClient first(server_->port());
  first.send(kGet);
  first.read_answer();
  EXPECT_EQ(status_of(ask(kGet)), 503);
  const auto begin = std::chrono::steady_clock::now();
  while (server_->counters().connections > 1 && std::chrono::steady_clock::now() - begin < 5s) {
    std::this_thread::yield();
  }
  EXPECT_EQ(status_of(ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
}

TEST_F(HttpServerTest, StreamsFromAnotherThread) {
  serve();
  TestClient client(server_->port());
  client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto stream = wait_for_stream();
  ASSERT_TRUE(stream);
  EXPECT_TRUE(stream->write(std::make_shared<const std::string>("hello")));
  EXPECT_NE(client.read_until("5\r\nhello\r\n").find("chunked"), std::string::npos);
  {
    const std::lock_guard lock(mutex_);
    stream_.reset();
  }
}

TEST_F(HttpServerTest, SlowListenerIsDroppedAndTheServerLivesOn) {
  serve();
  TestClient client(server_->port());
  client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto stream = wait_for_stream();
  const auto block = std::make_shared<const std::string>(std::string(64 * 1024, 'x'));
  bool open = true;
  for (int i = 0; i < 100'000 && open; ++i) open = stream->write(block);
  EXPECT_FALSE(open);
  EXPECT_FALSE(stream->is_open());
  EXPECT_EQ(server_->counters().streams_dropped, 1u);
  EXPECT_EQ(status_of(ask(kGet)), 200);
}

TEST_F(HttpServerTest, StreamNoticesThatItsClientHasGone) {
  serve();
  {
    TestClient client(server_->port());
    client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for_stream();
  }
  const auto begin = std::chrono::steady_clock::now();
  while (stream_->is_open() && std::chrono::steady_clock::now() - begin < 5s) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(stream_->is_open());
}

TEST_F(HttpServerTest, StopsPromptlyWithIdleConnectionsAndStreams) {
  serve();
  TestClient idle(server_->port());
  idle.send(kGet);
  idle.read_answer();
  TestClient listener(server_->port());
  listener.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  wait_for_stream();
  const auto begin = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  idle.read_all(1000);
  EXPECT_TRUE(idle.closed());
  EXPECT_FALSE(TestClient(server_->port()).connected());
}

TEST_F(HttpServerTest, TakenPortIsAClearError) {
  serve();
  HttpServerOptions options;
  options.port = server_->port();
  const auto second = HttpServer::listen(loop_, options, [](auto, auto) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().hint.find("--port"), std::string::npos);
}

TEST_F(HttpServerTest, NameThatIsNoAddressIsAClearError) {
  HttpServerOptions options;
  options.bind = "not an address";
  const auto started = HttpServer::listen(loop_, options, [](auto, auto) {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace rota::net
