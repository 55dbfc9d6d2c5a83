// An HTTP/1.1 server: reads requests strictly and within bounds, hands them to one handler, and
// writes what it answers, at once or as a stream. It knows nothing of routes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/event_loop.h"
#include "net/http_limits.h"
#include "net/http_message.h"
#include "net/ip_address.h"
#include "net/tls_context.h"
#include "rota/result.h"

namespace rota::net {

/// The writing end of an answer without a known length. Thread rule: any thread.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;  ///< Ends the stream.
  /// Queues bytes in order. False: the client is gone, or so slow that its bound was reached and it
  /// has been dropped. The same bytes may go to many clients without being copied.
  virtual bool write(std::shared_ptr<const std::string> bytes) = 0;
  virtual bool is_open() const = 0;
};

/// Takes the answer to one request; call exactly one of its methods, from any thread, now or
/// later. Destroying it unanswered sends 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void send(Response response) = 0;
  virtual std::shared_ptr<StreamWriter> stream(Response head) = 0;
};

/// Called on the loop's thread: must not block. Hand blocking work to a pool.
using HttpHandler =
    std::function<void(std::shared_ptr<const Request> request, std::shared_ptr<Responder> answer)>;

struct HttpServerOptions {
  std::string bind = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one.
  HttpLimits limits;
  std::shared_ptr<const TlsContext> tls;  ///< None: plain HTTP.
  std::string health_path = "/healthz";   ///< The one path that reserved connections may ask for.
  /// Proxies whose Forwarded and X-Forwarded-For are believed (client_address.h).
  std::vector<Network> trusted_proxies;
  /// Whether this request may have a body up to large_body_bytes_max. None: no request.
  std::function<bool(const Request& head)> takes_large_body;
  /// Makes the answer to what never reaches the handler (400, 408, 413, 431, 503 ...). Called on
  /// the loop's thread. None: a plain text.
  std::function<Response(int status, std::string_view reason)> refusal;
};

struct HttpServerCounters {
  std::uint64_t connections = 0;          ///< Open now.
  std::uint64_t connections_refused = 0;  ///< Over a bound.
  std::uint64_t requests = 0;
  std::uint64_t requests_refused = 0;  ///< Malformed, too large or too slow.
  std::uint64_t streams_dropped = 0;   ///< Clients too slow for their stream.
  std::uint64_t unsent_bytes = 0;      ///< Of answers that are not read yet.
};

class HttpServer {
 public:
  /// Takes the port; clients may connect, and wait until begin(). The loop must outlive the server.
  /// Errors: kUnavailable when the port is taken, kInvalidArgument for a bad address,
  /// kPermissionDenied for a port that needs privileges.
  static Result<std::unique_ptr<HttpServer>> listen(EventLoop& loop, HttpServerOptions options,
                                                    HttpHandler handler);
  virtual ~HttpServer() = default;  ///< Stops.
  /// Whether that holder's answers (Response::holder) still leave room for more. Any thread.
  virtual bool has_room_for(std::string_view holder) const = 0;
  /// Starts to answer. Once.
  virtual void begin() = 0;
  virtual std::uint16_t port() const = 0;
  /// Serves connections to come with another certificate. From any thread; only for a server that
  /// was given one at the start.
  virtual void use_certificate(std::shared_ptr<const TlsContext> tls) = 0;
  /// From any thread.
  virtual HttpServerCounters counters() const = 0;
  /// Stops listening, ends streams, gives answers under way the stop_grace, closes the rest.
  /// Returns when no connection is left. Idempotent; from any thread but the loop's.
  virtual void stop() = 0;
};

}  // namespace rota::net
