// Random secrets and what is kept of them. A secret has 256 bits and is shown once; only its hash
// is stored, so that whoever reads the database can use none of them.
#pragma once

#include <string>
#include <string_view>

namespace rota::accounts {

/// 43 characters of base64url: 256 bits from the system's random source.
std::string make_secret();

/// What is stored of a secret: SHA-256 in hexadecimal. A fast hash is enough for 256 random bits.
std::string hash_secret(std::string_view secret);

/// "rota_" + secret + "_" + 8 characters of checksum, so that scanners for leaked secrets know one,
/// and a mistyped one is refused without a look at the database.
std::string make_api_token();
bool looks_like_api_token(std::string_view text);

/// A value that follows from `key` and says nothing about it, for another purpose.
std::string derive(std::string_view key, std::string_view purpose);

/// Takes the same time wherever the texts differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace rota::accounts
