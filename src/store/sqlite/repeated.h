// Text of statements that write several rows at once, which costs less than a statement for each.
#pragma once

#include <string>
#include <string_view>

namespace rota::store {

/// How many rows such a statement has.
inline constexpr std::size_t kTogether = 32;

/// "text, text, text": `times` of them.
inline std::string repeated(std::string_view text, std::size_t times) {
  std::string all{text};
  for (std::size_t i = 1; i < times; ++i) all.append(", ").append(text);
  return all;
}

}  // namespace rota::store
