// Two people at one thing: an edit must show the version that it was made from (RFC 9110,
// If-Match).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http_message.h"

namespace rota::api {

/// None: go on. Else the answer to give: 428 without If-Match, 412 when it names another version;
/// `changed_by` is who made the stored one.
std::optional<net::Response> refuse_unmatched(const net::Request& request, std::int64_t version,
                                              std::string_view changed_by);

/// The tag of a version: "\"7\"".
void set_etag(net::Response& response, std::int64_t version);

}  // namespace rota::api
