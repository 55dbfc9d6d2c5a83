// The port to HTTP: send a request, receive the answer, from a thread of the client's own.
// Implemented by src/net with libcurl; handlers know only this.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mask.h"
#include "rota/result.h"
#include "rota/time.h"

namespace rota::handlers {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};  ///< http or https, without a user name.
  HttpHeaders headers = {};
  std::string body = {};
  Duration connect_timeout = std::chrono::seconds{10};
  Duration timeout = std::chrono::seconds{30};  ///< For all of it, redirects included.
  std::size_t answer_bytes_max = 1 << 20;       ///< More is kLimitExceeded.
  int redirects_max = 5;                        ///< 0: a redirect is the answer.
  /// Knows the secrets in it: they stand in no error, and no redirect carries one to another
  /// origin.
  std::shared_ptr<const base::Mask> mask = nullptr;
};

struct HttpAnswer {
  int status = 0;
  HttpHeaders headers;  ///< Of the last answer, names in small letters.
  std::string body = {};
  std::string url;  ///< Where the last answer came from.
  int redirects = 0;
  Duration elapsed{0};
};

/// A request on its way. Letting go of it does not cancel it.
class HttpCall {
 public:
  virtual ~HttpCall() = default;
  /// The answer becomes kCancelled, unless it is already there. Thread-safe.
  virtual void cancel() = 0;
};

class HttpClient {
 public:
  using OnAnswer = std::function<void(Result<HttpAnswer>)>;

  virtual ~HttpClient() = default;
  /// Returns at once; `on_answer` is called exactly once, from another thread, and must not throw.
  /// Any status is an answer. Errors of the answer: kInvalidArgument (URL, method, header),
  /// kNotAllowedHere (a private address), kUnavailable, kTimeout, kLimitExceeded, kCancelled,
  /// kFailed (TLS), kNotAllowedHere also where a redirect would carry a secret away.
  virtual std::shared_ptr<HttpCall> send(HttpRequest request, OnAnswer on_answer) = 0;
};

}  // namespace rota::handlers
