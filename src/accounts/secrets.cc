#include "accounts/secrets.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <vector>

#include "base/check.h"

namespace rota::accounts {
namespace {

constexpr std::string_view kTokenPrefix = "rota_";
constexpr std::size_t kSecretChars = 43;
constexpr std::size_t kChecksumBytes = 4;

// Safe to call from any thread, any number of times.
void ready() { ROTA_CHECK(sodium_init() >= 0, "libsodium cannot be used on this machine"); }

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_hex(const unsigned char* bytes, std::size_t count) {
  std::string hex;
  hex.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i) hex += fmt::format("{:02x}", bytes[i]);
  return hex;
}

std::string to_base64(const unsigned char* bytes, std::size_t count) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::vector<char> text(sodium_base64_encoded_len(count, kVariant));
  sodium_bin2base64(text.data(), text.size(), bytes, count, kVariant);
  return text.data();
}

std::string checksum_of(std::string_view secret) {
  return hash_secret(secret).substr(0, 2 * kChecksumBytes);
}

}  // namespace

std::string make_secret() {
  ready();
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text = to_base64(bytes.data(), bytes.size());
  sodium_memzero(bytes.data(), bytes.size());
  return text;
}

std::string hash_secret(std::string_view secret) {
  ready();
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), bytes_of(secret), secret.size());
  return to_hex(digest.data(), digest.size());
}

std::string make_api_token() {
  const std::string secret = make_secret();
  return fmt::format("{}{}_{}", kTokenPrefix, secret, checksum_of(secret));
}

bool looks_like_api_token(std::string_view text) {
  const std::size_t length = kTokenPrefix.size() + kSecretChars + 1 + 2 * kChecksumBytes;
  if (text.size() != length || !text.starts_with(kTokenPrefix)) return false;
  const std::string_view secret = text.substr(kTokenPrefix.size(), kSecretChars);
  return text[kTokenPrefix.size() + kSecretChars] == '_' &&
         text.substr(length - 2 * kChecksumBytes) == checksum_of(secret);
}

std::string derive(std::string_view key, std::string_view purpose) {
  ready();
  // Of any length: first made to fit, then used as the key.
  std::array<unsigned char, crypto_generichash_KEYBYTES> fitted{};
  crypto_generichash(fitted.data(), fitted.size(), bytes_of(key), key.size(), nullptr, 0);
  std::array<unsigned char, crypto_generichash_BYTES> out{};
  crypto_generichash(out.data(), out.size(), bytes_of(purpose), purpose.size(), fitted.data(),
                     fitted.size());
  sodium_memzero(fitted.data(), fitted.size());
  return to_base64(out.data(), out.size());
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  // Lengths are no secret: all that is compared has a fixed one.
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace rota::accounts
