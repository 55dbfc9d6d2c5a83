// Undoes one way of writing bytes as other bytes (percent-encoding, JSON, HTML), byte by byte, and
// keeps for each byte where it stood. Lenient: what is no escape stays as it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rota::base {

/// A byte and the part of the text that it came from: [from, to).
struct PlacedByte {
  unsigned char byte = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

class TextDecoder {
 public:
  enum class Kind {
    kPercent,  ///< "%2F", large and small digits
    kForm,     ///< the same, and "+" for a blank
    kJson,     ///< "\n", "\"", "\u00e9" (pairs too), "\x0a"; else "\y" is "y"
    kHtml,     ///< "&amp;", "&#39;", "&#x27;"
  };

  explicit TextDecoder(Kind kind) : kind_(kind) {}

  /// Whether a byte of text outside of an escape is more than itself.
  static bool begins(Kind kind, unsigned char byte);

  /// What can be said after this byte; good until the next call.
  std::span<const PlacedByte> feed(const PlacedByte& one);

  /// Where the escape begins that is not complete yet.
  std::optional<std::uint64_t> waiting_from() const;

 private:
  static constexpr std::size_t kEscapeMax = 12;

  void percent();
  void json();
  void html();
  void give(unsigned char byte, std::uint64_t from);
  void give_code(char32_t code, std::uint64_t from);
  void give_unit(char32_t unit);
  void give_back();
  std::string_view escape() const { return {letters_.data(), size_}; }

  const Kind kind_;
  std::array<PlacedByte, kEscapeMax> places_;
  std::array<char, kEscapeMax> letters_{};
  std::size_t size_ = 0;
  char32_t high_ = 0;  ///< The first half of a surrogate pair.
  std::uint64_t high_from_ = 0;
  std::array<PlacedByte, kEscapeMax + 4> given_;
  std::size_t given_count_ = 0;
};

}  // namespace rota::base
