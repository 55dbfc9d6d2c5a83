#include "net/http_connection.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

namespace rota::net {
namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kGatherMax = 32;               // buffers in one write
constexpr std::size_t kRecordMax = 16 * 1024;        // of TLS
constexpr std::size_t kUnparsedBodyMax = 32 * 1024;  // of chunk headers and the like

}  // namespace

Connection::Connection(std::shared_ptr<ServerShared> server, Socket socket, std::string address,
                       Admission::Place place)
    : server_(std::move(server)),
      socket_(std::move(socket)),
      address_(std::move(address)),
      place_(place) {}

void Connection::start() {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  set_deadline(server_->options.limits.header_time);
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
  boost::system::error_code ignored;
  socket_.close(ignored);
  server_->admission.release(address_, place_);
  --server_->open;
  const auto self = shared_from_this();
  server_->connections.erase(this);
  if (server_->connections.empty() && server_->on_empty) server_->on_empty();
}

void Connection::check_deadline(Steady::time_point now) {
  if (!deadline_ || now < *deadline_) return;
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
  if (phase_ == Phase::kHead && in_.empty()) set_deadline(server_->options.limits.header_time);
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
  set_deadline(limits.body_time);
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
  if (parser_->is_done()) return dispatch();
  read();
}

void Connection::dispatch() {
  phase_ = Phase::kHandling;
  deadline_.reset();
  ++server_->requests;
  auto request = std::make_shared<Request>(std::move(head_.request));
  head_.request.method = request->method;  // respond() asks whether it is HEAD
  request->body = std::move(parser_->get().body());
  request->remote_address = address_;
  parser_.reset();
  large_body_.reset();
  if (place_ == Admission::Place::kReserved && request->path != server_->options.health_path) {
    return refuse({503, "there are too many connections"});
  }
  server_->handler(std::move(request), make_responder(shared_from_this()));
}

void Connection::refuse(HttpRefusal refusal) {
  ++server_->refused_requests;
  parser_.reset();
  Response response = server_->refusal(refusal.status, refusal.reason);
  response.close = true;
  if (refusal.status == 503) response.set("Retry-After", "5");
  phase_ = Phase::kHandling;
  respond(std::move(response));
}

void Connection::push(std::string bytes) {
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  out_.push_back(Chunk{owner, *owner});
}

void Connection::respond(Response response) {
  if (phase_ != Phase::kHandling) return;  // closed meanwhile
  keep_alive_ = head_.keep_alive && !response.close && !server_->stopping &&
                place_ == Admission::Place::kFull;
  const bool bodiless = response.status == 204 || response.status == 304;
  push(format_response_head(response, bodiless ? BodyFraming::kNone : BodyFraming::kLength,
                            keep_alive_, server_->date.now()));
  if (!bodiless && head_.request.method != "HEAD") {
    if (!response.static_body.empty()) {
      push(Chunk{nullptr, response.static_body});
    } else if (!response.body.empty()) {
      push(std::move(response.body));
    }
  }
  phase_ = Phase::kWriting;
  write();
}

std::shared_ptr<StreamState> Connection::begin_stream(const Response& head) {
  auto state = std::make_shared<StreamState>();
  if (phase_ != Phase::kHandling || server_->stopping) {
    state->open = false;
    close();
    return state;
  }
  keep_alive_ = false;
  if (head_.request.method == "HEAD") {
    state->open = false;
    push(format_response_head(head, BodyFraming::kUntilClose, false, server_->date.now()));
    phase_ = Phase::kWriting;
    write();
    return state;
  }
  stream_chunked_ = !head_.http_1_0;
  push(format_response_head(head,
                            stream_chunked_ ? BodyFraming::kChunked : BodyFraming::kUntilClose,
                            false, server_->date.now()));
  stream_ = state;
  phase_ = Phase::kStreaming;
  write();
  read();  // to notice when the client goes
  return state;
}

void Connection::stream_bytes(std::shared_ptr<const std::string> bytes) {
  if (phase_ != Phase::kStreaming || stream_ended_ || bytes->empty()) return;
  if (stream_chunked_) push(fmt::format("{:x}\r\n", bytes->size()));
  const std::string_view view = *bytes;
  push(Chunk{std::move(bytes), view, true});
  if (stream_chunked_) push(Chunk{nullptr, "\r\n"});
  write();
}

void Connection::end_stream() {
  if (phase_ != Phase::kStreaming || stream_ended_) return;
  stream_ended_ = true;
  stream_->open = false;
  if (stream_chunked_) push(Chunk{nullptr, "0\r\n\r\n"});
  if (out_.empty()) return linger();
  write();
}

void Connection::write() {
  if (writing_ || out_.empty() || phase_ == Phase::kClosed) return;
  writing_ = true;
  if (phase_ != Phase::kBody) set_deadline(server_->options.limits.write_time);
  if (tls_ != nullptr) return write_tls();
  std::array<asio::const_buffer, kGatherMax> buffers;
  std::size_t count = 0;
  for (const Chunk& chunk : out_) {
    if (count == kGatherMax) break;
    buffers[count++] = asio::buffer(chunk.bytes.data(), chunk.bytes.size());
  }
  socket_.async_write_some(
      buffers, [self = shared_from_this()](boost::system::error_code error, std::size_t bytes) {
        self->writing_ = false;
        if (error) return self->close();
        self->take_out(bytes);
        self->on_written();
      });
}

// As much as the socket takes now. The end is told later, not from within: else answers to many
// requests sent at once would stand on one another on the stack.
void Connection::write_tls() {
  while (!out_.empty()) {
    std::string small;
    std::size_t count = 0;
    const TlsStep step = tls_->write(gather(small), count);
    if (step == TlsStep::kWantsWrite) return wait_for(Socket::wait_write, &Connection::write_tls);
    if (step == TlsStep::kWantsRead) return wait_for(Socket::wait_read, &Connection::write_tls);
    if (step != TlsStep::kDone) return close();
    take_out(count);
    if (phase_ != Phase::kBody) set_deadline(server_->options.limits.write_time);
  }
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->writing_ = false;
    if (self->phase_ != Phase::kClosed) self->on_written();
  });
}

// Head and body of a short answer make one TLS record together.
std::string_view Connection::gather(std::string& small) const {
  if (out_.size() == 1 || out_.front().bytes.size() >= kRecordMax) return out_.front().bytes;
  for (const Chunk& chunk : out_) {
    const std::size_t room = kRecordMax - small.size();
    small.append(chunk.bytes.substr(0, room));
    if (chunk.bytes.size() >= room) break;
  }
  return small;
}

void Connection::take_out(std::size_t bytes) {
  while (bytes > 0 && !out_.empty()) {
    Chunk& front = out_.front();
    const std::size_t sent = std::min(bytes, front.bytes.size());
    bytes -= sent;
    if (front.counted && stream_) stream_->pending -= sent;
    front.bytes.remove_prefix(sent);
    if (front.bytes.empty()) out_.pop_front();
  }
}

void Connection::on_written() {
  if (!out_.empty()) return write();
  if (phase_ == Phase::kWriting) return after_answer();
  if (phase_ == Phase::kStreaming) {
    deadline_.reset();
    if (stream_ended_) linger();
  }
}

void Connection::after_answer() {
  if (!keep_alive_ || server_->stopping) return linger();
  phase_ = Phase::kHead;
  head_ = {};
  set_deadline(in_.empty() ? server_->options.limits.idle_time
                           : server_->options.limits.header_time);
  if (in_.empty()) {
    in_.shrink_to_fit();
    return read();
  }
  process();
}

// Closing at once while unread bytes wait would reset the connection, and the client might never
// see the answer. So: say that nothing more comes, read on for a moment, then close.
void Connection::linger() {
  phase_ = Phase::kLingering;
  if (tls_ != nullptr) tls_->shut_down();
  boost::system::error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return close();
  set_deadline(server_->options.limits.linger_time);
  read();
}

}  // namespace rota::net
