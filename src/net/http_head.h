// The strict reading of a request's head, before any parser sees it. Servers are split from their
// proxies by what they read differently, so everything that is ambiguous is refused: bare line
// feeds, folded lines, spaces before a colon, two lengths, a length beside a coding.
// Pure; RFC 9112 sections 2 to 7.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http_limits.h"
#include "net/http_message.h"

namespace rota::net {

/// What is wrong with a request, as an answer to it.
struct HttpRefusal {
  int status = 400;
  std::string_view reason;  ///< A sentence without a full stop; lives for ever.
  int retry_after_s = 0;    ///< When asking anew can help; 0: only a change of the request can.
};

/// A head that was understood.
struct RequestHead {
  Request request;  ///< Without its body.
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
  bool expects_continue = false;
  std::uint64_t content_length = 0;
};

/// Looks at the bytes so far, which do not hold the whole head yet. None: read on.
std::optional<HttpRefusal> check_partial_head(std::string_view bytes, const HttpLimits& limits);

/// Length of the head at the start of `bytes`, empty line included; none while it is incomplete.
std::optional<std::size_t> find_head_end(std::string_view bytes);

/// Reads a whole head (from the request line to the empty line) into `head`.
std::optional<HttpRefusal> read_head(std::string_view bytes, const HttpLimits& limits,
                                     RequestHead& head);

}  // namespace rota::net
