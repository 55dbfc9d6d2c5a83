// What holds for every route: headers, methods, hosts, problems.
#include "api/server.h"

#include <future>

#include "api/api_test_fixture.h"
#include "api/routes.h"

namespace rota::api {
namespace {

using net::body_of;
using net::header_of;
using net::status_of;

void expect_security_headers(const std::string& answer, const std::string& what) {
  const std::string policy = header_of(answer, "Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << what;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << what;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << what;
  EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff") << what;
  EXPECT_EQ(header_of(answer, "Referrer-Policy"), "no-referrer") << what;
  EXPECT_EQ(header_of(answer, "Cross-Origin-Opener-Policy"), "same-origin") << what;
  EXPECT_EQ(header_of(answer, "Cross-Origin-Resource-Policy"), "same-origin") << what;
}

std::vector<Route> all_routes(MemoryScheduler& scheduler, net::EventLoop& loop) {
  auto hub = std::make_shared<EventHub>(loop, "test");
  Activity activity;
  const Gate gate(nullptr, {false, false});
  const base::Logger log;
  const Services services{
      scheduler, *hub, activity, gate, log, {}, [] { return net::HttpServerCounters{}; }};
  return build_routes(services);
}

std::string example_of(std::string_view pattern) {
  std::string path(pattern);
  if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "1");
  return path;
}

TEST_F(ApiTest, EveryRouteAndEveryErrorCarriesTheSecurityHeaders) {
  net::EventLoop loop;
  for (const Route& route : all_routes(scheduler_, loop)) {
    // Asks the store itself, which there is none here: permissions_test.cc has it.
    if (route.pattern.find("/revisions") != std::string_view::npos) continue;
    const std::string path = example_of(route.pattern);
    expect_security_headers(ask("HEAD", path), "HEAD " + path);
    if (!route.stream) expect_security_headers(get(path), path);
    expect_security_headers(ask("DELETE", path), "DELETE " + path);
    expect_security_headers(get(path + "/no/such"), path + "/no/such");
  }
  net::TestClient bad(server_->port());
  bad.send("GET / HTTP/1.1\nHost: localhost\n\n");
  expect_security_headers(bad.read_all(), "malformed");
}

TEST_F(ApiTest, OtherMethodsAreRefusedWithThoseThatThereAre) {
  for (const char* method : {"POST", "OPTIONS", "TRACE"}) {
    const std::string answer = ask(method, "/api/v1/tasks/1");
    EXPECT_EQ(status_of(answer), 405) << method;
    EXPECT_EQ(header_of(answer, "Allow"), "GET, HEAD, PUT, PATCH, DELETE");
  }
}

// Without sign-in the machine's own browser could be made to change things by any web page.
TEST_F(ApiTest, AnotherSiteCannotChangeAnythingEvenWithoutSignIn) {
  const std::string pause = "/api/v1/tasks/1/pause";
  EXPECT_EQ(status_of(ask("POST", pause, "Sec-Fetch-Site: cross-site\r\n")), 403);
  EXPECT_EQ(status_of(ask("POST", pause, "Origin: http://evil.example\r\n")), 403);
  EXPECT_EQ(status_of(ask("POST", pause, "Sec-Fetch-Site: same-origin\r\n")), 503) << "read only";
}

TEST_F(ApiTest, ForeignHostNamesAreMisdirected) {
  const auto ask_as = [&](const std::string& host) {
    net::TestClient client(server_->port());
    client.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return status_of(client.read_answer());
  };
  for (const char* good : {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]:80",
                           "rota.example", "rota.example.:443"}) {
    EXPECT_EQ(ask_as(good), 200) << good;
  }
  for (const char* bad : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                          "127.0.0.2", "[::2]", "localhost:x", "[::1", "@localhost"}) {
    EXPECT_EQ(ask_as(bad), 421) << bad;
  }
}

TEST_F(ApiTest, ErrorsAreProblemDocuments) {
  const std::string answer = get("/api/v1/tasks/99");
  EXPECT_EQ(status_of(answer), 404);
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/problem+json");
  const auto problem = boost::json::parse(body_of(answer)).as_object();
  EXPECT_EQ(problem.at("status").as_int64(), 404);
  EXPECT_EQ(problem.at("code").as_string(), "not_found");
  EXPECT_EQ(problem.at("detail").as_string(), "there is no task 99");
}

TEST_F(ApiTest, DatabaseThatIsBusySaysWhenToTryAgain) {
  scheduler_.fail_with(Error{ErrorCode::kBusy, "the database is locked", "", {}, {}});
  const std::string answer = get("/api/v1/tasks");
  EXPECT_EQ(status_of(answer), 503);
  EXPECT_EQ(header_of(answer, "Retry-After"), "1");
}

TEST_F(ApiTest, PathsThatClimbOrHideAreNotFound) {
  for (const char* path :
       {"/../etc/passwd", "/..%2f..%2fetc/passwd", "/assets/..%2findex.html", "/%00", "//",
        "/assets/", "/index.html", "/api/v1/tasks/", "/api/v1/tasks/1/", "/api/v1/tasks/0",
        "/api/v1/tasks/-1", "/api/v1/tasks/1e3", "/api/v1/tasks/9007199254740992",
        "/api/v1/tasks/%31", "/api/v1/tasks/99999999999999999999", "/api/v2/tasks", "/healthz/"}) {
    EXPECT_EQ(status_of(get(path)), 404) << path;
  }
}

TEST_F(ApiTest, StopsCleanlyWhileSomebodyListens) {
  net::TestClient listener(server_->port());
  listener.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  listener.read_until("hello");
  server_->stop();
  listener.read_all();
  EXPECT_TRUE(listener.closed());
  scheduler_.say({});  // nobody hears it, nothing breaks
}

TEST_F(ApiTest, TakenPortIsAClearError) {
  ServerOptions options;
  options.port = server_->port();
  const auto second = start_api_server(scheduler_, options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

TEST_F(ApiTest, OneAddressThatAsksForVeryMuchIsToldToWait) {
  ServerOptions options;
  options.port = 0;
  options.requests_per_second = 1;
  options.requests_burst = 3;
  options.limit_own_machine = true;
  server_ = std::move(start_api_server(scheduler_, options).value());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(net::status_of(get("/api/v1/tasks/1")), 200);
  const std::string refused = get("/api/v1/tasks/1");
  EXPECT_EQ(net::status_of(refused), 429);
  EXPECT_EQ(net::header_of(refused, "Retry-After"), "1");
  EXPECT_EQ(net::status_of(get("/healthz")), 200) << "health is answered always";
}

// Behind a trusted proxy each client has a bucket of its own; from anybody else the header is worth
// nothing.
TEST_F(ApiTest, TheRateIsCountedForTheClientThatATrustedProxyNames) {
  ServerOptions options;
  options.port = 0;
  options.requests_per_second = 1;
  options.requests_burst = 2;
  options.limit_own_machine = true;
  options.sign_in_required = true;
  options.accounts = nullptr;
  const auto tries = [&](const std::string& header) {
    int answered = 0;
    for (int i = 0; i < 4; ++i) answered += net::status_of(get("/assets/none", header)) != 429;
    return answered;
  };
  server_ = std::move(start_api_server(scheduler_, options).value());
  EXPECT_EQ(tries("X-Forwarded-For: 192.0.2.1\r\n"), 2);
  EXPECT_EQ(tries("X-Forwarded-For: 192.0.2.2\r\n"), 0) << "all of it is this one connection's";
  server_.reset();
  options.trusted_proxies = {"127.0.0.1"};
  options.behind_tls_proxy = true;
  server_ = std::move(start_api_server(scheduler_, options).value());
  EXPECT_EQ(tries("X-Forwarded-For: 192.0.2.1\r\n"), 2);
  EXPECT_EQ(tries("X-Forwarded-For: 192.0.2.2\r\n"), 2);
  EXPECT_EQ(tries("Forwarded: for=\"[2001:db8::1]\"\r\n"), 2);
  EXPECT_EQ(tries("Forwarded: for=\"[2001:db8::2]\"\r\n"), 0) << "the same /64";
}

// Eight requests of the same address take all the threads that it may have, and six wait.
TEST_F(ApiTest, ProbesWaitForNobodysRequests) {
  std::promise<void> go;
  scheduler_.hold_tasks_until(go.get_future().share());
  std::vector<std::unique_ptr<net::TestClient>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(std::make_unique<net::TestClient>(server_->port()));
    slow.back()->send("GET /api/v1/tasks/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  EXPECT_EQ(status_of(get("/healthz")), 200);
  EXPECT_NE(body_of(get("/readyz")).find("ready"), std::string::npos);
  go.set_value();
  for (const auto& client : slow) EXPECT_EQ(status_of(client->read_answer()), 200);
}

TEST_F(ApiTest, WhereEverybodyIsAnAdminNothingComesThroughAProxy) {
  for (const char* header : {"X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1",
                             "Via: 1.1 proxy", "X-Real-IP: 192.0.2.1"}) {
    EXPECT_EQ(status_of(get("/api/v1/tasks", std::string(header) + "\r\n")), 403) << header;
    EXPECT_EQ(status_of(get("/healthz", std::string(header) + "\r\n")), 200) << header;
  }
  EXPECT_EQ(status_of(get("/api/v1/tasks")), 200);
}

TEST_F(ApiTest, ATrustedProxyThatIsNoneIsAClearError) {
  ServerOptions options;
  options.port = 0;
  options.trusted_proxies = {"10.0.0.1/8"};
  const auto wrong = start_api_server(scheduler_, options);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace rota::api
