// Puts the HTTP server, the routes and the events together. The order of a request: host name,
// route, form, the right thread, who asks and whether he may, the answer, the headers that every
// answer carries.
#include "api/server.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <random>
#include <utility>

#include "accounts/throttle.h"
#include "api/audit_upkeep.h"
#include "api/gate.h"
#include "api/hash_pool.h"
#include "api/holders.h"
#include "api/host_policy.h"
#include "api/problem.h"
#include "api/routes.h"
#include "api/security_headers.h"
#include "api/work_pool.h"
#include "embed/services.h"
#include "net/http_server.h"
#include "net/rate_limit.h"
#include "net/tls_context.h"

namespace rota::api {
namespace {

constexpr std::string_view kHealthPath = "/healthz";
constexpr std::string_view kReadyPath = "/readyz";
/// Whose work it is that the server does for itself.
constexpr const char* kOwnWork = "server";
constexpr std::chrono::milliseconds kActivitySample{2000};
// Half of the threads are left to others, however much one user asks for.
constexpr WorkLimits kPoolLimits{.threads = 4, .at_work_per_holder_max = 2};
// Of those that compute for long or wait for other servers.
constexpr WorkLimits kHeavyLimits{
    .threads = 3, .at_work_per_holder_max = 2, .waiting_per_holder_max = 16, .waiting_max = 64};
// Of /readyz alone, which waits for nobody else's work.
constexpr WorkLimits kProbeLimits{
    .threads = 1, .at_work_per_holder_max = 1, .waiting_per_holder_max = 8, .waiting_max = 32};
constexpr int kRetryUnreadS = 5;
constexpr std::chrono::milliseconds kAuditUpkeepEvery{10'000};

// Somebody waits before a page for the answer.
constexpr feeds::FeedLimits kFeedLimits{.connect_timeout = std::chrono::seconds{5},
                                        .timeout = std::chrono::seconds{15}};

// Differs between two starts, so that an event's id of the one means nothing to the other.
std::string make_incarnation() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

net::Response no_such_route(const Router::Match& match, const std::string& method) {
  if (match.allow.empty()) {
    return problem(404, "there is nothing at this address", "see docs/api.md for what there is");
  }
  net::Response response = problem(405, fmt::format("this address does not answer {}", method));
  response.set("Allow", match.allow);
  return response;
}

net::Response to_response(const std::function<Result<net::Response>()>& work) {
  try {
    auto answer = work();
    return answer ? std::move(*answer) : gate_problem(answer.error());
  } catch (const std::exception& thrown) {
    return problem(Error{ErrorCode::kInternal,
                         fmt::format("the answer failed: {}", thrown.what()),
                         "this is a defect in Rota: please report it",
                         {},
                         {}});
  }
}

net::Response run_answer(const Route& route, const Exchange& exchange) {
  return to_response([&] { return route.answer(exchange); });
}

class HttpApiServer final : public ApiServer {
 public:
  HttpApiServer(Scheduler& scheduler, const ServerOptions& options, base::Logger log)
      : log_(std::move(log)),
        certificate_file_(options.tls_certificate_file),
        key_file_(options.tls_key_file),
        knows_clients_(!options.behind_tls_proxy || !options.trusted_proxies.empty()),
        trusted_proxies_(options.trusted_proxies),
        transport_(uses_tls(options) ? Transport::kTls : Transport::kPlain),
        hosts_(options.bind, options.allowed_hosts),
        rate_(rate_limits(options)),
        events_(std::make_shared<EventHub>(loop_, make_incarnation())),
        feed_client_(options.allow_private_feeds),
        feeds_(feed_client_, clock_, kFeedLimits),
        gate_(options.accounts, {options.sign_in_required, uses_tls(options)}),
        holders_(gate_),
        services_{scheduler,
                  *events_,
                  activity_,
                  gate_,
                  log_,
                  std::chrono::steady_clock::now(),
                  [this] { return http_->counters(); },
                  &feeds_},
        router_(build_routes(services_)),
        pool_(kPoolLimits),
        hash_pool_(accounts::TurnLimits{}),
        probe_pool_(kProbeLimits),
        heavy_pool_(kHeavyLimits, WorkPool::ThreadPriority::kBackground) {}

  ~HttpApiServer() override { stop(); }

  Result<void> start(const ServerOptions& options) {
    net::HttpServerOptions http;
    http.bind = options.bind;
    http.port = options.port;
    http.limits.connections_per_address_max = options.connections_per_address_max;
    for (const std::string& text : trusted_proxies_) {
      auto network = net::Network::parse(text);
      if (!network) return fail(network.error());
      http.trusted_proxies.push_back(*network);
    }
    if (!certificate_file_.empty() || !key_file_.empty()) {
      auto loaded = net::TlsContext::load(certificate_file_, key_file_);
      if (!loaded) return fail(loaded.error());
      expires_at_ = (*loaded)->expires_at();
      http.tls = std::move(*loaded);
    }
    http.refusal = [this](int status, std::string_view reason) {
      return finish(problem(status, reason));
    };
    http.takes_large_body = [this](const net::Request& head) {
      const auto match = router_.find(head.method, head.path);
      return match.route != nullptr && match.route->takes_large_body;
    };
    auto listening = net::HttpServer::listen(
        loop_, std::move(http),
        [this](const auto& request, const auto& answer) { handle(request, answer); });
    if (!listening) return fail(listening.error());
    http_ = std::move(*listening);
    const bool ipv6 = options.bind.find(':') != std::string::npos;
    const std::string host = ipv6 ? fmt::format("[{}]", options.bind) : options.bind;
    url_ = fmt::format("{}://{}:{}", certificate_file_.empty() ? "http" : "https", host,
                       http_->port());
    events_->ask_aside(
        [this](std::function<void()> work) { (void)pool_.try_run(kOwnWork, std::move(work)); });
    events_->start(services_.scheduler);
    sample_activity();
    keep_audit_up();
    http_->begin();
    log_.info("http", "listening", {{"url", url_}});
    return {};
  }

  std::uint16_t port() const override { return http_->port(); }
  std::string url() const override { return url_; }

  Result<void> reload_certificate() override {
    if (certificate_file_.empty()) return {};
    auto loaded = net::TlsContext::load(certificate_file_, key_file_);
    if (!loaded) return fail(loaded.error());
    expires_at_ = (*loaded)->expires_at();
    http_->use_certificate(std::move(*loaded));
    return {};
  }

  std::optional<Instant> certificate_expires_at() const override {
    if (certificate_file_.empty()) return std::nullopt;
    return expires_at_.load();
  }

  void stop() override {
    if (std::exchange(stopped_, true)) return;
    events_->stop();
    if (http_) http_->stop();
    pool_.stop();
    hash_pool_.stop();
    probe_pool_.stop();
    heavy_pool_.stop();
    loop_.stop();
  }

 private:
  static net::RateLimits rate_limits(const ServerOptions& options) {
    net::RateLimits limits;
    limits.per_second = options.requests_per_second;
    limits.burst = options.requests_burst;
    limits.limits_own_machine = options.limit_own_machine;
    return limits;
  }

  static bool uses_tls(const ServerOptions& options) {
    return !options.tls_certificate_file.empty() || options.behind_tls_proxy;
  }

  net::Response finish(net::Response response) const {
    add_security_headers(response, transport_);
    return response;
  }

  // Until the loop stops, which drops what is posted.
  void sample_activity() {
    activity_.sample(services_.scheduler.status(),
                     std::chrono::floor<Duration>(std::chrono::system_clock::now()));
    loop_.post_after(kActivitySample, [this] { sample_activity(); });
  }

  void keep_audit_up() {
    (void)pool_.try_run(kOwnWork, [this] { audit_.run_once(wall_now()); });
    loop_.post_after(kAuditUpkeepEvery, [this] { keep_audit_up(); });
  }

  void handle(const std::shared_ptr<const net::Request>& request,
              const std::shared_ptr<net::Responder>& answer) {
    if (!hosts_.allows(request->host)) {
      return answer->send(finish(problem(421, "this server does not answer under that host name",
                                         "start it with --allow-host NAME to let it")));
    }
    if (auto busy = refuse_flood(*request)) return answer->send(finish(std::move(*busy)));
    if (auto foreign = gate_.refuse_proxied(*request); foreign && request->path != kHealthPath) {
      return answer->send(finish(std::move(*foreign)));
    }
    auto match = router_.find(request->method, request->path);
    if (match.route == nullptr) return answer->send(finish(no_such_route(match, request->method)));
    if (auto refused = gate_.refuse_form(*match.route, *request)) {
      // On the loop's thread: only remembered here.
      if (refused->status == 403) note_refusal("request.cross_site", {}, *request);
      return answer->send(finish(std::move(*refused)));
    }
    run(*match.route, Exchange{request, std::move(match.params)}, answer);
  }

  // One address that asks for very much; health is answered always.
  std::optional<net::Response> refuse_flood(const net::Request& request) {
    if (!knows_clients_ || request.path == kHealthPath) return std::nullopt;
    const auto wait = rate_.take(request.remote_address, std::chrono::steady_clock::now());
    if (!wait) return std::nullopt;
    return busy_problem(429, "too many requests come from this address",
                        "wait a moment, then ask less often",
                        std::chrono::ceil<std::chrono::seconds>(*wait));
  }

  // What is public and never waits is answered here and now; all else on a pool, since asking who
  // somebody is may take a look at the database.
  void run(const Route& route, Exchange exchange, const std::shared_ptr<net::Responder>& answer) {
    const bool open = route.permission == Permission::kPublic;
    if (open && route.runs_on == RunsOn::kLoop) {
      return answer->send(finish(run_answer(route, exchange)));
    }
    const std::string holder = holders_.guess(*exchange.request);
    WorkPool& pool = pool_of(route);
    const auto verdict =
        pool.try_run(holder, [this, &route, exchange = std::move(exchange), answer]() mutable {
          work(route, std::move(exchange), answer);
        });
    if (verdict == WorkPool::Verdict::kAccepted) return;
    const bool own = verdict == WorkPool::Verdict::kHolderFull;
    answer->send(finish(busy_problem(
        own ? 429 : 503,
        own ? "too many of your other requests wait for their answers"
            : "the server has too much to do just now",
        own ? "wait for some of them, then ask for less at once" : "try again in a moment",
        pool.expected_wait(holder))));
  }

  // On a thread of a pool.
  void work(const Route& route, Exchange exchange, const std::shared_ptr<net::Responder>& answer) {
    if (auto refused = admit(route, exchange)) return answer->send(finish(std::move(*refused)));
    if (route.stream) {
      return loop_.post(
          [&route, exchange = std::move(exchange), answer] { route.stream(exchange, answer); });
    }
    const std::string holder = holder_of(exchange.who, *exchange.request);
    if (!http_->has_room_for(holder)) {
      return answer->send(finish(busy_problem(
          429, "too many bytes of your other answers have not been read yet",
          "read them, or close their connections", std::chrono::seconds{kRetryUnreadS})));
    }
    if (route.runs_on == RunsOn::kSlowPool) return wait_for_turn(route, exchange, answer);
    net::Response response = finish(run_answer(route, exchange));
    response.holder = holder;
    answer->send(std::move(response));
  }

  WorkPool& pool_of(const Route& route) {
    if (route.pattern == kReadyPath) return probe_pool_;
    if (route.runs_on == RunsOn::kHeavyPool) return heavy_pool_;
    return pool_;
  }

  // A password is hashed in turns; who may not wait for one is told so before.
  void wait_for_turn(const Route& route, const Exchange& exchange,
                     const std::shared_ptr<net::Responder>& answer) {
    auto prepared = prepare(route, exchange);
    if (!prepared) return answer->send(finish(gate_problem(prepared.error())));
    if (auto* const ready = std::get_if<net::Response>(&*prepared)) {
      return answer->send(finish(std::move(*ready)));
    }
    auto turn = std::make_shared<Turn>(std::get<Turn>(std::move(*prepared)));
    const bool known = turn->place.known;
    const auto refuse = [this, turn, answer](std::chrono::seconds wait) {
      if (turn->abandon) turn->abandon();
      answer->send(finish(busy_problem(429, "too many passwords wait to be looked at just now",
                                       "wait a moment, then try again", wait)));
    };
    const auto wait = hash_pool_.try_wait(
        turn->place,
        {[this, turn, answer] { answer->send(finish(to_response([&] { return turn->work(); }))); },
         [this, refuse, known] { refuse(hash_pool_.expected_wait(known)); }});
    if (wait) refuse(*wait);
  }

  // Who has signed in takes turns with other users; who has not, with other addresses.
  static Result<std::variant<net::Response, Turn>> prepare(const Route& route,
                                                           const Exchange& exchange) {
    if (route.prepare) return route.prepare(exchange);
    const bool known = route.permission != Permission::kPublic;
    Turn turn;
    turn.place = {known, known ? fmt::format("user {}", exchange.who.user_id.value)
                               : accounts::address_key(exchange.request->remote_address)};
    turn.work = [&route, exchange] { return route.answer(exchange); };
    return turn;
  }

  // Who asks, and whether he may; none: go on.
  std::optional<net::Response> admit(const Route& route, Exchange& exchange) {
    if (route.permission == Permission::kPublic) return std::nullopt;
    auto who = gate_.identify(*exchange.request);
    holders_.learn(*exchange.request, who ? &*who : nullptr);
    if (!who) {
      const bool token = !exchange.request->header("authorization").empty();
      if (token && who.error().code == ErrorCode::kUnauthenticated) {
        note_refusal("token.refused", {}, *exchange.request);
        gate_.accounts()->write_refusals();
      }
      return gate_problem(who.error());
    }
    if (auto may = gate_.check_rights(route, *exchange.request, *who); !may) {
      note_refusal("request.refused", who->recorded_as(), *exchange.request);
      if (gate_.accounts() != nullptr) gate_.accounts()->write_refusals();
      return gate_problem(may.error());
    }
    const bool by_session = who->proof == accounts::Identity::Proof::kSession;
    if (route.asks_password && by_session && !gate_.accounts()->has_proved(*who)) {
      return password_needed();
    }
    exchange.who = std::move(*who);
    return std::nullopt;
  }

  // What somebody tried and was not allowed to stands in the audit, too: one row of a kind and
  // address with a count. Never waits.
  void note_refusal(std::string_view action, std::string who, const net::Request& request) {
    if (gate_.accounts() == nullptr) return;
    gate_.accounts()->note_refusal({std::move(who), request.remote_address, std::string(action),
                                    request.method + " " + request.path, "", ""});
  }

  const base::Logger log_;
  const std::string certificate_file_;
  const std::string key_file_;
  const bool knows_clients_;  ///< Not when a proxy hides them.
  const std::vector<std::string> trusted_proxies_;
  const Transport transport_;
  std::atomic<Instant> expires_at_{Instant{}};
  const HostPolicy hosts_;
  net::RateLimit rate_;  // loop's thread only
  net::EventLoop loop_;
  const std::shared_ptr<EventHub> events_;
  Activity activity_;
  const SystemClock clock_;
  embed::LazyHttpClient feed_client_;
  const feeds::BankHolidayServiceAdapter feeds_;
  const Gate gate_;
  AuditUpkeep audit_{gate_.accounts(), log_};
  Holders holders_;
  const Services services_;
  const Router router_;
  WorkPool pool_;
  HashPool hash_pool_;
  WorkPool probe_pool_;
  WorkPool heavy_pool_;
  std::unique_ptr<net::HttpServer> http_;
  std::string url_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<ApiServer>> start_api_server(Scheduler& scheduler,
                                                    const ServerOptions& options,
                                                    base::Logger log) {
  auto server = std::make_unique<HttpApiServer>(scheduler, options, std::move(log));
  if (auto started = server->start(options); !started) return fail(started.error());
  return server;
}

}  // namespace rota::api
