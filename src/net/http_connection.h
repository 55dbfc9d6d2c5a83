// One client's connection: reads a request, waits for its answer, writes it, reads the next.
// Lives on the loop's thread; only the Responder and StreamWriter it hands out cross threads.
// Reading is in http_connection.cc, writing in http_connection_write.cc.
// Only for the files of this folder that see Asio and Beast.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/admission.h"
#include "net/byte_shares.h"
#include "net/http_head.h"
#include "net/http_server.h"
#include "net/tls_session.h"

namespace rota::net {

using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using Steady = std::chrono::steady_clock;

class Connection;

/// What all connections of a server share.
struct ServerShared : std::enable_shared_from_this<ServerShared> {
  ServerShared(EventLoop& event_loop, HttpServerOptions server_options, HttpHandler on_request)
      : loop(event_loop),
        options(std::move(server_options)),
        handler(std::move(on_request)),
        admission(options.limits),
        tls(options.tls) {}

  EventLoop& loop;
  const HttpServerOptions options;
  const HttpHandler handler;
  // Loop's thread only:
  Admission admission;
  HttpDate date;
  std::shared_ptr<const TlsContext> tls;  ///< Of connections to come; none: plain.
  bool stopping = false;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections;
  std::vector<Connection*> reserved;  ///< Those of them on a reserved place, oldest first.
  std::function<void()> on_empty;     ///< Called when the last connection has gone.
  std::array<char, 64 * 1024> read_buffer{};
  // Any thread:
  std::atomic<std::uint64_t> open{0}, refused_connections{0}, requests{0}, refused_requests{0},
      dropped_streams{0};

  /// One share for each large body that is being received.
  const std::shared_ptr<int> large_bodies = std::make_shared<int>(0);
  const std::shared_ptr<ByteShares> received = std::make_shared<ByteShares>(
      ByteLimits{options.limits.received_per_address_max, options.limits.received_max});
  const std::shared_ptr<ByteShares> unsent = std::make_shared<ByteShares>(
      ByteLimits{options.limits.unsent_per_holder_max, options.limits.unsent_max});

  Response refusal(const HttpRefusal& refusal) const;
  /// Whether a body of that length may come; a large one gets a share of large_bodies.
  std::optional<HttpRefusal> judge_body(const RequestHead& head,
                                        std::shared_ptr<int>& ticket) const;
};

/// Shared by a stream's writer and its connection.
struct StreamState {
  std::atomic<bool> open{true};
  std::atomic<std::size_t> pending{0};  ///< Bytes given to write() and not yet sent.
  ByteShares::Share share;              ///< The same bytes as those of its user.
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<ServerShared> server, Socket socket, std::string address,
             Admission::Place place);

  void start();
  void close();
  /// Whose connection it is: client_of() the peer's address.
  const std::string& peer() const { return peer_; }
  /// It holds a reserved place without having anything under way.
  bool may_make_room() const;
  /// Closes it when its deadline has passed or it is too slow; a slow request is told so.
  void check_deadline(Steady::time_point now);
  /// The server stops: idle connections and streams close, others finish their answer first.
  void begin_stop();

  void respond(Response response);
  std::shared_ptr<StreamState> begin_stream(const Response& head);
  void stream_bytes(std::shared_ptr<const std::string> bytes);
  void end_stream();
  ServerShared& server() { return *server_; }

 private:
  enum class Phase {
    kHandshake,
    kHead,
    kBody,
    kHandling,
    kWriting,
    kStreaming,
    kLingering,
    kClosed
  };
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  struct Chunk {
    std::shared_ptr<const std::string> owner;  ///< None: the bytes live for ever.
    std::string_view bytes;
    bool counted = false;  ///< Counts towards the stream's pending bytes.
  };
  using Milliseconds = std::chrono::milliseconds;

  void set_deadline(Milliseconds from_now) { deadline_ = Steady::now() + from_now; }
  void set_head_deadline(Milliseconds usual);
  void begin_window(Milliseconds length);
  bool keeps_pace(Steady::time_point now);
  bool is_probe(const Request& request) const;
  void wait_for(Socket::wait_type what, void (Connection::*then)());
  void shake_hands();
  void read();
  void on_readable();
  std::size_t receive(boost::system::error_code& error);
  void process();
  void process_head();
  void begin_body(std::size_t head_size);
  void process_body();
  std::optional<HttpRefusal> count_body();
  std::optional<HttpRefusal> take_place(const Request& request);
  void dispatch();
  void refuse(HttpRefusal refusal);
  std::optional<HttpRefusal> count_answer(const Response& response);
  std::string holder_of(const Response& response) const;
  void push(std::string bytes);
  void push(Chunk chunk) { out_.push_back(std::move(chunk)); }
  void write();
  void write_tls();
  std::string_view gather(std::string& small) const;
  void take_out(std::size_t bytes);
  void on_written();
  void after_answer();
  void release_request();
  void linger();

  const std::shared_ptr<ServerShared> server_;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;  ///< None: plain.
  const std::string address_;        ///< Of the peer: the client itself, or a proxy.
  const std::string peer_;           ///< client_of() it.
  const bool from_proxy_;            ///< One that is trusted.
  const Admission::Place place_;
  const Steady::time_point opened_at_ = Steady::now();
  Phase phase_ = Phase::kHead;
  std::optional<Steady::time_point> deadline_;
  Steady::time_point body_ends_;  ///< When the whole body must be here.
  std::size_t window_bytes_ = 0;  ///< Received or sent since the window of the deadline began.
  bool reading_ = false;
  bool writing_ = false;
  std::string in_;
  RequestHead head_;
  std::optional<Parser> parser_;
  std::shared_ptr<int> large_body_;     ///< While one is received.
  std::string client_;                  ///< Who sent the request: client_address().
  std::optional<std::string> proxied_;  ///< Whose request through a proxy is under way.
  ByteShares::Share body_share_;
  ByteShares::Share answer_share_;
  std::deque<Chunk> out_;
  bool keep_alive_ = false;
  bool stream_chunked_ = false;
  bool stream_ended_ = false;
  std::shared_ptr<StreamState> stream_;
};

/// The Responder for the request that `connection` has just read.
std::shared_ptr<Responder> make_responder(std::shared_ptr<Connection> connection);

}  // namespace rota::net
