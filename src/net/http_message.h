// A request and a response as plain values: what the server reads and what a handler answers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rota::net {

struct Header {
  std::string name;
  std::string value;
};

/// One complete request. Everything in it comes from outside: bounded and well-formed as HTTP, but
/// otherwise hostile.
struct Request {
  std::string method;           ///< "GET"; case-sensitive, as it came.
  std::string path;             ///< Starts with '/'; still percent-encoded.
  std::string query;            ///< What stood after '?', without it; still percent-encoded.
  std::string host;             ///< The Host header or the authority of an absolute target.
  std::vector<Header> headers;  ///< Names in lower case, values trimmed.
  std::string body;
  /// The client's IP address: the connection's, or what a trusted proxy says (client_address.h).
  std::string remote_address;
  /// Counts the body's bytes for as long as the request lives.
  std::shared_ptr<const void> body_share;

  /// The value of the first header of that (lower-case) name; empty when there is none.
  std::string_view header(std::string_view name) const;
};

/// One answer. Content-Length, Connection and Date are added by the server.
struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  std::string_view static_body;  ///< Used instead of `body` when not empty; must live for ever.
  bool close = false;            ///< Close the connection after it.
  std::string holder;  ///< Whose bytes these are until they are sent; empty: the address's.

  std::string_view content() const {
    return static_body.empty() ? std::string_view(body) : static_body;
  }
  void set(std::string_view name, std::string_view value);
};

/// "Not Found"; "Unknown" for a number without a name here.
std::string_view reason_phrase(int status);

/// How the end of a body is told.
enum class BodyFraming { kLength, kChunked, kUntilClose, kNone };

/// Status line and headers up to and including the empty line. Control characters in a value
/// become spaces: an answer can never be split in two.
std::string format_response_head(const Response& response, BodyFraming framing, bool keep_alive,
                                 std::string_view date);

/// "Mon, 23 Nov 2026 06:14:26 GMT" of now, made anew only once a second. One thread.
class HttpDate {
 public:
  std::string_view now();

 private:
  long long second_ = -1;
  std::string text_;
};

}  // namespace rota::net
