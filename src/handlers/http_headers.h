// Which headers of a request are not a task's to set: they say where one request ends and the next
// begins, or which site a shared server takes it for.
#pragma once

#include <string_view>

namespace rota::handlers {

inline constexpr std::string_view kFramingHeaderReason =
    "the client sets it from the address and the body";

/// Host, Content-Length, Transfer-Encoding, Connection, Expect, Keep-Alive, TE, Trailer, Upgrade,
/// HTTP2-Settings and all that begin with Proxy-; in any case of letters.
bool is_framing_header(std::string_view name);

}  // namespace rota::handlers
