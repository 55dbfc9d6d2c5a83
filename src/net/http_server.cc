// Listening, accepting, deadlines and stopping. The connections do the rest.
#include "net/http_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <utility>

#include "net/asio_loop.h"
#include "net/client_address.h"
#include "net/http_connection.h"

namespace rota::net {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int kRetryLargeBodyS = 10;

}  // namespace

Response ServerShared::refusal(const HttpRefusal& refusal) const {
  Response response;
  if (options.refusal) {
    response = options.refusal(refusal.status, refusal.reason);
  } else {
    response.status = refusal.status;
    response.set("Content-Type", "text/plain; charset=utf-8");
    response.body = fmt::format("{}\n", refusal.reason);
  }
  if (refusal.retry_after_s > 0) {
    response.set("Retry-After", std::to_string(refusal.retry_after_s));
  }
  return response;
}

// Large ones only where a route takes them, and few at once: whoever sends one need not have signed
// in yet.
std::optional<HttpRefusal> ServerShared::judge_body(const RequestHead& head,
                                                    std::shared_ptr<int>& ticket) const {
  const HttpLimits& limits = options.limits;
  ticket.reset();
  if (head.content_length <= limits.body_bytes_max) return std::nullopt;
  const bool taken = options.takes_large_body && options.takes_large_body(head.request);
  if (!taken || head.content_length > limits.large_body_bytes_max) {
    return HttpRefusal{413, "the body is too large"};
  }
  if (static_cast<std::size_t>(large_bodies.use_count()) > limits.large_bodies_max) {
    return HttpRefusal{503, "other large bodies are being received", kRetryLargeBodyS};
  }
  ticket = large_bodies;
  return std::nullopt;
}

namespace {

constexpr std::chrono::milliseconds kAcceptRetry{100};  // when no descriptor is free
constexpr int kBacklog = 1024;

Error describe_bind_failure(const boost::system::error_code& error, const tcp::endpoint& at) {
  const std::string where = fmt::format("{}:{}", at.address().to_string(), at.port());
  if (error == asio::error::address_in_use) {
    return {ErrorCode::kUnavailable,
            fmt::format("{} is already in use by another program", where),
            "choose another port with --port, or --port 0 for any free one",
            {},
            {}};
  }
  if (error == asio::error::access_denied) {
    return {ErrorCode::kPermissionDenied,
            fmt::format("not allowed to listen on {}", where),
            "ports below 1024 need privileges: choose a higher one with --port",
            {},
            {}};
  }
  return {ErrorCode::kUnavailable,
          fmt::format("cannot listen on {}: {}", where, error.message()),
          "check the address given with --bind",
          {},
          {}};
}

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(EventLoop& loop, HttpServerOptions options, HttpHandler handler)
      : shared_(std::make_shared<ServerShared>(loop, std::move(options), std::move(handler))),
        acceptor_(loop.impl().io),
        sweep_(loop.impl().io),
        retry_(loop.impl().io) {}

  Result<void> listen(const tcp::endpoint& at) {
    boost::system::error_code error;
    acceptor_.open(at.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(at, error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (error) return fail(describe_bind_failure(error, at));
    port_ = acceptor_.local_endpoint().port();
    return {};
  }

  void start() {
    shared_->loop.post([self = shared_from_this()] { self->accept(); });
  }

  /// Waits for the last connection.
  void stop() {
    auto done = std::make_shared<std::promise<void>>();
    auto finished = done->get_future();
    shared_->loop.post([self = shared_from_this(), done] { self->begin_stop(done); });
    finished.wait_for(shared_->options.limits.stop_grace + std::chrono::seconds{1});
  }

  void use_certificate(std::shared_ptr<const TlsContext> tls) {
    shared_->loop.post([shared = shared_, tls = std::move(tls)] { shared->tls = tls; });
  }

  std::uint16_t port() const { return port_; }
  const ServerShared& shared() const { return *shared_; }

 private:
  void accept() {
    acceptor_.async_accept(
        [self = shared_from_this()](const boost::system::error_code& error, tcp::socket socket) {
          if (self->shared_->stopping) return;
          if (error) return self->retry_later();
          self->admit(std::move(socket));
          self->accept();
        });
  }

  // Out of descriptors or memory: waiting helps, trying again at once would only burn the core.
  void retry_later() {
    retry_.expires_after(kAcceptRetry);
    retry_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && !self->shared_->stopping) self->accept();
    });
  }

  void admit(tcp::socket accepted) {
    boost::system::error_code error;
    const auto remote = accepted.remote_endpoint(error);
    if (error) return;
    std::string address = remote.address().to_string();
    const Admission::Place place = take_place(address);
    if (place == Admission::Place::kRefused) {
      ++shared_->refused_connections;
      return;
    }
    const auto protocol = remote.protocol();
    Socket socket(shared_->loop.impl().io, protocol, accepted.release());
    auto connection =
        std::make_shared<Connection>(shared_, std::move(socket), std::move(address), place);
    shared_->connections.emplace(connection.get(), connection);
    if (place == Admission::Place::kReserved) shared_->reserved.push_back(connection.get());
    ++shared_->open;
    connection->start();
    arm_sweep();
  }

  // A reserved place that somebody holds in silence goes to the next who comes.
  Admission::Place take_place(const std::string& address) {
    const bool proxy = is_trusted(address, shared_->options.trusted_proxies);
    const Admission::Place place = shared_->admission.admit(address, proxy);
    if (place != Admission::Place::kRefused || !make_room(address)) return place;
    return shared_->admission.admit(address, proxy);
  }

  bool make_room(const std::string& address) {
    const std::string client = client_of(address);
    const bool own = shared_->admission.has_all_its_reserved(address);
    const auto leaves = [&](const Connection* one) {
      return one->may_make_room() && (!own || one->peer() == client);
    };
    const auto found = std::ranges::find_if(shared_->reserved, leaves);
    if (found == shared_->reserved.end()) return false;
    (*found)->close();
    return true;
  }

  // One timer for all deadlines, and none while there is no connection: an idle server sleeps.
  void arm_sweep() {
    if (sweeping_ || shared_->connections.empty()) return;
    sweeping_ = true;
    sweep_.expires_after(shared_->options.limits.sweep_every);
    sweep_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      self->sweeping_ = false;
      if (error) return;
      self->sweep(Steady::now());
      self->arm_sweep();
    });
  }

  void sweep(Steady::time_point now) {
    for (const auto& connection : present()) connection->check_deadline(now);
  }

  std::vector<std::shared_ptr<Connection>> present() const {
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(shared_->connections.size());
    for (const auto& [key, connection] : shared_->connections) all.push_back(connection);
    return all;
  }

  void begin_stop(const std::shared_ptr<std::promise<void>>& done) {
    boost::system::error_code ignored;
    shared_->stopping = true;
    acceptor_.close(ignored);
    retry_.cancel();
    auto finish = [self = this, done, said = false]() mutable {
      self->sweep_.cancel();
      if (!std::exchange(said, true)) done->set_value();
    };
    shared_->on_empty = finish;
    for (const auto& connection : present()) connection->begin_stop();
    if (shared_->connections.empty()) return shared_->on_empty();
    retry_.expires_after(shared_->options.limits.stop_grace);
    retry_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error) return;
      for (const auto& connection : self->present()) connection->close();
    });
  }

  const std::shared_ptr<ServerShared> shared_;
  asio::basic_socket_acceptor<tcp> acceptor_;
  asio::steady_timer sweep_;
  asio::steady_timer retry_;
  bool sweeping_ = false;
  std::uint16_t port_ = 0;
};

class AsioHttpServer final : public HttpServer {
 public:
  explicit AsioHttpServer(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}
  ~AsioHttpServer() override { stop(); }

  void begin() override { listener_->start(); }

  std::uint16_t port() const override { return listener_->port(); }

  void use_certificate(std::shared_ptr<const TlsContext> tls) override {
    listener_->use_certificate(std::move(tls));
  }

  HttpServerCounters counters() const override {
    const ServerShared& shared = listener_->shared();
    return {shared.open,
            shared.refused_connections,
            shared.requests,
            shared.refused_requests,
            shared.dropped_streams,
            shared.unsent->held()};
  }

  bool has_room_for(std::string_view holder) const override {
    const ServerShared& shared = listener_->shared();
    return shared.unsent->held_for(holder) < shared.options.limits.unsent_per_holder_max;
  }

  void stop() override {
    if (!std::exchange(stopped_, true)) listener_->stop();
  }

 private:
  const std::shared_ptr<Listener> listener_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(EventLoop& loop, HttpServerOptions options,
                                                       HttpHandler handler) {
  boost::system::error_code error;
  const std::string text = options.bind == "localhost" ? "127.0.0.1" : options.bind;
  const auto address = asio::ip::make_address(text, error);
  if (error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' is not an IP address to listen on", options.bind),
                "use 127.0.0.1 for this machine only, 0.0.0.0 for every network");
  }
  const tcp::endpoint endpoint(address, options.port);
  auto listener = std::make_shared<Listener>(loop, std::move(options), std::move(handler));
  if (auto listening = listener->listen(endpoint); !listening) return fail(listening.error());
  return std::make_unique<AsioHttpServer>(std::move(listener));
}

}  // namespace rota::net
