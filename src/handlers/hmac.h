// Signing of what is sent, so that the receiver knows who sent it.
#pragma once

#include <string>
#include <string_view>

namespace rota::handlers {

/// HMAC-SHA-256 (RFC 2104) in hexadecimal.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace rota::handlers
