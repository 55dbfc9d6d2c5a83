#include "handlers/hmac.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "base/check.h"

namespace rota::handlers {

std::string hmac_sha256(std::string_view key, std::string_view text) {
  ROTA_CHECK(sodium_init() >= 0, "libsodium cannot be used on this machine");
  const auto bytes = [](std::string_view of) {
    return reinterpret_cast<const unsigned char*>(of.data());
  };
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> out{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
  crypto_auth_hmacsha256_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  std::string hex;
  for (const unsigned char byte : out) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace rota::handlers
