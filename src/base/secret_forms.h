// What of a secret is looked for in a text: each secret whole and each of its lines, as they are,
// in base64 wherever it stands in a longer text, and in hexadecimal digits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rota::base {

/// Shorter lines of a secret are no secret themselves ("{", "}", "-----").
inline constexpr std::size_t kSecretLineMin = 8;

/// Shorter ones could not be masked without making output unreadable.
inline constexpr std::size_t kSecretMin = 4;

struct SecretForms {
  std::vector<std::string> texts;   ///< Without '\r'.
  std::vector<std::string> base64;  ///< With "+" and "/", without "=".
  std::vector<std::string> hex;     ///< Small letters.
};

SecretForms forms_of(const std::vector<std::string>& secrets);

/// As it is compared: with whatever ends its lines.
std::string without_returns(std::string_view text);

}  // namespace rota::base
