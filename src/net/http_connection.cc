#include "net/http_connection.h"

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "net/client_address.h"

namespace rota::net {
namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kUnparsedBodyMax = 32 * 1024;  // of chunk headers and the like
constexpr int kRetryBusyS = 1;
constexpr int kRetryConnectionS = 5;

}  // namespace

Connection::Connection(std::shared_ptr<ServerShared> server, Socket socket, std::string address,
                       Admission::Place place)
    : server_(std::move(server)),
      socket_(std::move(socket)),
      address_(std::move(address)),
      peer_(client_of(address_)),
      from_proxy_(is_trusted(address_, server_->options.trusted_proxies)),
      place_(place) {}

void Connection::start() {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  set_head_deadline(server_->options.limits.header_time);
  if (server_->tls == nullptr) return read();
  tls_ = TlsSession::accept(*server_->tls, socket_.native_handle());
  if (tls_ == nullptr) return close();
  phase_ = Phase::kHandshake;
  shake_hands();
}

void Connection::wait_for(Socket::wait_type what, void (Connection::*then)()) {
  socket_.async_wait(what, [self = shared_from_this(), then](boost::system::error_code error) {
    if (error) return self->close();
    if (self->phase_ != Phase::kClosed) ((*self).*then)();
  });
}

// Within the time that headers have.
void Connection::shake_hands() {
  switch (tls_->handshake()) {
    case TlsStep::kDone:
      phase_ = Phase::kHead;
      return read();
    case TlsStep::kWantsRead:
      return wait_for(Socket::wait_read, &Connection::shake_hands);
    case TlsStep::kWantsWrite:
      return wait_for(Socket::wait_write, &Connection::shake_hands);
    case TlsStep::kPlainHttp:
      tls_.reset();
      phase_ = Phase::kHead;
      return refuse({400, "this address speaks TLS: begin it with https://"});
    case TlsStep::kClosed:
      return close();
  }
}

void Connection::close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  if (stream_) stream_->open = false;
  large_body_.reset();
  body_share_ = {};
  release_request();
  out_.clear();
  boost::system::error_code ignored;
  socket_.close(ignored);
  server_->admission.release(address_, place_);
  std::erase(server_->reserved, this);
  --server_->open;
  const auto self = shared_from_this();
  server_->connections.erase(this);
  if (server_->connections.empty() && server_->on_empty) server_->on_empty();
}

// A reserved place is for a probe, which asks at once: the time for that is short and never begins
// anew.
void Connection::set_head_deadline(Milliseconds usual) {
  if (place_ == Admission::Place::kReserved) {
    deadline_ = opened_at_ + server_->options.limits.reserved_time;
  } else {
    set_deadline(usual);
  }
}

bool Connection::may_make_room() const {
  return place_ == Admission::Place::kReserved &&
         (phase_ == Phase::kHandshake || phase_ == Phase::kHead || phase_ == Phase::kLingering) &&
         Steady::now() - opened_at_ >= server_->options.limits.reserved_patience;
}

void Connection::begin_window(Milliseconds length) {
  window_bytes_ = 0;
  set_deadline(length);
}

// Whether enough went over the line in the window that has just ended; then the next one begins.
bool Connection::keeps_pace(Steady::time_point now) {
  const HttpLimits& limits = server_->options.limits;
  if (phase_ == Phase::kBody) {
    if (now >= body_ends_ || window_bytes_ < limits.body_window_bytes_min) return false;
    begin_window(limits.body_window);
    deadline_ = std::min(*deadline_, body_ends_);
    return true;
  }
  if (phase_ != Phase::kWriting && phase_ != Phase::kStreaming) return false;
  if (window_bytes_ < limits.write_window_bytes_min) return false;
  begin_window(limits.write_window);
  return true;
}

void Connection::check_deadline(Steady::time_point now) {
  if (!deadline_ || now < *deadline_ || keeps_pace(now)) return;
  const bool asked = phase_ == Phase::kBody || (phase_ == Phase::kHead && !in_.empty());
  if (asked) {
    refuse({408, "the request came too slowly"});
  } else {
    close();
  }
}

void Connection::begin_stop() {
  if (phase_ == Phase::kHandshake || phase_ == Phase::kHead || phase_ == Phase::kBody ||
      phase_ == Phase::kStreaming) {
    close();
  }
}

void Connection::read() {
  if (reading_ || phase_ == Phase::kClosed) return;
  reading_ = true;
  // What OpenSSL has already taken from the socket, the socket does not tell of.
  if (tls_ != nullptr && phase_ != Phase::kLingering && tls_->has_pending()) {
    return asio::post(socket_.get_executor(), [self = shared_from_this()] {
      self->reading_ = false;
      if (self->phase_ != Phase::kClosed) self->on_readable();
    });
  }
  // Waits without a buffer of its own: an idle connection costs next to nothing.
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](boost::system::error_code e) {
    self->reading_ = false;
    if (e) return self->close();
    self->on_readable();
  });
}

// Into the shared buffer. What comes after the last answer is thrown away as it is.
std::size_t Connection::receive(boost::system::error_code& error) {
  auto& buffer = server_->read_buffer;
  if (tls_ == nullptr || phase_ == Phase::kLingering) {
    return socket_.read_some(asio::buffer(buffer), error);
  }
  std::size_t count = 0;
  const TlsStep step = tls_->read(buffer.data(), buffer.size(), count);
  if (step == TlsStep::kDone) return count;
  error = step == TlsStep::kWantsRead ? make_error_code(asio::error::would_block)
                                      : make_error_code(asio::error::eof);
  return 0;
}

void Connection::on_readable() {
  if (phase_ == Phase::kHandling || phase_ == Phase::kWriting) return;  // read when it is done
  boost::system::error_code error;
  const std::size_t count = receive(error);
  if (error == asio::error::would_block) return read();
  if (error) return close();
  if (phase_ == Phase::kLingering) return read();
  // Nobody has anything to say while listening to a stream.
  if (phase_ == Phase::kStreaming) return close();
  if (phase_ == Phase::kHead && in_.empty()) set_head_deadline(server_->options.limits.header_time);
  if (phase_ == Phase::kBody) window_bytes_ += count;
  in_.append(server_->read_buffer.data(), count);
  process();
}

void Connection::process() {
  if (phase_ == Phase::kHead) {
    process_head();
  } else if (phase_ == Phase::kBody) {
    process_body();
  }
}

void Connection::process_head() {
  const HttpLimits& limits = server_->options.limits;
  // RFC 9112 section 2.2: one empty line before a request is overlooked.
  if (in_.starts_with("\r\n")) in_.erase(0, 2);
  const auto end = find_head_end(in_);
  if (!end || *end > limits.header_bytes_max) {
    if (const auto refusal = check_partial_head(in_, limits)) return refuse(*refusal);
    return read();
  }
  head_ = {};
  const std::string_view bytes = std::string_view(in_).substr(0, *end);
  if (const auto refusal = read_head(bytes, limits, head_)) return refuse(*refusal);
  if (const auto refusal = server_->judge_body(head_, large_body_)) return refuse(*refusal);
  client_ = client_address(head_.request, address_, server_->options.trusted_proxies);
  body_share_ = server_->received->share_of(client_of(client_));
  begin_body(*end);
}

void Connection::begin_body(std::size_t head_size) {
  const HttpLimits& limits = server_->options.limits;
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
  parser_->body_limit(large_body_ ? limits.large_body_bytes_max : limits.body_bytes_max);
  boost::system::error_code error;
  const std::size_t used = parser_->put(asio::buffer(in_.data(), head_size), error);
  if (error || used != head_size || !parser_->is_header_done()) {
    return refuse({400, "the request is malformed"});
  }
  in_.erase(0, head_size);
  phase_ = Phase::kBody;
  body_ends_ = Steady::now() + (large_body_ ? limits.large_body_time : limits.body_time);
  begin_window(std::min(limits.body_window, limits.body_time));
  if (head_.expects_continue && !parser_->is_done() && in_.empty()) {
    push(Chunk{nullptr, "HTTP/1.1 100 Continue\r\n\r\n"});
    write();
  }
  process_body();
}

void Connection::process_body() {
  while (!parser_->is_done() && !in_.empty()) {
    boost::system::error_code error;
    const std::size_t used = parser_->put(asio::buffer(in_.data(), in_.size()), error);
    in_.erase(0, used);
    if (error == http::error::body_limit) return refuse({413, "the body is too large"});
    if (error == http::error::need_more && in_.size() < kUnparsedBodyMax) break;
    if (error) return refuse({400, "the body is malformed"});
  }
  if (const auto refusal = count_body()) return refuse(*refusal);
  if (parser_->is_done()) return dispatch();
  read();
}

std::optional<HttpRefusal> Connection::count_body() {
  const std::size_t counted = body_share_.bytes() + server_->options.limits.received_free;
  const std::size_t size = parser_->get().body().size();
  if (size <= counted) return std::nullopt;
  switch (body_share_.try_grow(size - counted)) {
    case ByteShares::Verdict::kTaken:
      break;
    case ByteShares::Verdict::kHolderFull:
      return HttpRefusal{429, "the bodies of other requests from this address are still at work",
                         kRetryBusyS};
    case ByteShares::Verdict::kFull:
      return HttpRefusal{503, "the bodies of other requests are still at work", kRetryBusyS};
  }
  return std::nullopt;
}

bool Connection::is_probe(const Request& request) const {
  return request.path == server_->options.health_path;
}

// What the connection's own place does not cover.
std::optional<HttpRefusal> Connection::take_place(const Request& request) {
  if (is_probe(request)) return std::nullopt;
  if (place_ == Admission::Place::kReserved) {
    return HttpRefusal{503, "there are too many connections", kRetryConnectionS};
  }
  if (!from_proxy_) return std::nullopt;
  if (!server_->admission.begin_proxied(client_)) {
    return HttpRefusal{429, "too many requests from this address are under way", kRetryBusyS};
  }
  proxied_ = client_;
  return std::nullopt;
}

void Connection::release_request() {
  answer_share_ = {};
  if (proxied_) server_->admission.end_proxied(*proxied_);
  proxied_.reset();
}

void Connection::dispatch() {
  phase_ = Phase::kHandling;
  deadline_.reset();
  ++server_->requests;
  auto request = std::make_shared<Request>(std::move(head_.request));
  head_.request.method = request->method;  // respond() asks whether it is HEAD
  request->body = std::move(parser_->get().body());
  request->remote_address = client_;
  if (body_share_.bytes() > 0) {
    request->body_share = std::make_shared<const ByteShares::Share>(std::move(body_share_));
  }
  parser_.reset();
  large_body_.reset();
  if (const auto refusal = take_place(*request)) return refuse(*refusal);
  server_->handler(std::move(request), make_responder(shared_from_this()));
}

void Connection::refuse(HttpRefusal refusal) {
  ++server_->refused_requests;
  parser_.reset();
  body_share_ = {};
  Response response = server_->refusal(refusal);
  response.close = true;
  phase_ = Phase::kHandling;
  respond(std::move(response));
}

}  // namespace rota::net
