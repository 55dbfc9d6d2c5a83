// Answers with an embedded file: the encoding that the client understands, an ETag, and 304 where
// it has the file already.
#pragma once

#include <optional>
#include <string_view>

#include "api/assets.h"
#include "net/http_message.h"

namespace rota::api {

enum class Encoding { kPlain, kGzip, kBrotli };

/// The best of those that `accept_encoding` allows and the file has; RFC 9110 section 12.5.3.
Encoding choose_encoding(std::string_view accept_encoding, const Asset& asset);

/// Whether one of the tags in If-None-Match is `etag`.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

net::Response answer_asset(const Asset& asset, const net::Request& request);

std::string_view media_type(std::string_view path);

}  // namespace rota::api
