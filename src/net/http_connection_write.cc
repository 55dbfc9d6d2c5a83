// The writing half of a connection: answers, streams, and who is too slow for them.
#include <fmt/format.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "net/http_connection.h"
#include "net/ip_address.h"

namespace rota::net {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kGatherMax = 32;         // buffers in one write
constexpr std::size_t kRecordMax = 16 * 1024;  // of TLS
constexpr int kRetryUnsentS = 5;

}  // namespace

void Connection::push(std::string bytes) {
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  out_.push_back(Chunk{owner, *owner});
}

std::string Connection::holder_of(const Response& response) const {
  if (!response.holder.empty()) return response.holder;
  return client_.empty() ? peer_ : client_of(client_);
}

// The answer to a change is sent whatever it is: what was done must not be called refused.
std::optional<HttpRefusal> Connection::count_answer(const Response& response) {
  const std::size_t size = response.static_body.empty() ? response.body.size() : 0;
  const std::string& method = head_.request.method;
  answer_share_ = server_->unsent->share_of(holder_of(response));
  if (size <= server_->options.limits.unsent_small_max || (method != "GET" && method != "HEAD")) {
    answer_share_.grow(size);
    return std::nullopt;
  }
  if (size > server_->options.limits.answer_bytes_max) {
    return HttpRefusal{413, "the answer is too long: ask for less at once"};
  }
  switch (answer_share_.try_grow(size)) {
    case ByteShares::Verdict::kTaken:
      break;
    case ByteShares::Verdict::kHolderFull:
      return HttpRefusal{429, "too many bytes of your other answers have not been read yet",
                         kRetryUnsentS};
    case ByteShares::Verdict::kFull:
      return HttpRefusal{503, "too many bytes of other answers have not been read yet",
                         kRetryUnsentS};
  }
  return std::nullopt;
}

void Connection::respond(Response response) {
  if (phase_ != Phase::kHandling) return;  // closed meanwhile
  if (const auto refusal = count_answer(response)) response = server_->refusal(*refusal);
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
  begin_window(server_->options.limits.write_window);
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
    begin_window(server_->options.limits.write_window);
    write();
    return state;
  }
  stream_chunked_ = !head_.http_1_0;
  push(format_response_head(head,
                            stream_chunked_ ? BodyFraming::kChunked : BodyFraming::kUntilClose,
                            false, server_->date.now()));
  stream_ = state;
  state->share = server_->unsent->share_of(holder_of(head));
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
  if (phase_ == Phase::kStreaming && !deadline_) begin_window(server_->options.limits.write_window);
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
  if (phase_ != Phase::kBody) window_bytes_ += bytes;
  while (bytes > 0 && !out_.empty()) {
    Chunk& front = out_.front();
    const std::size_t sent = std::min(bytes, front.bytes.size());
    bytes -= sent;
    if (front.counted && stream_) {
      stream_->pending -= sent;
      stream_->share.shrink(sent);
    }
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
  release_request();
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
  release_request();
  if (tls_ != nullptr) tls_->shut_down();
  boost::system::error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return close();
  set_deadline(server_->options.limits.linger_time);
  read();
}

}  // namespace rota::net
