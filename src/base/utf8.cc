#include "base/utf8.h"

#include <algorithm>
#include <utility>

namespace rota::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "...";

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
}

bool continues(unsigned byte, unsigned low = 0x80, unsigned high = 0xBF) {
  return byte >= low && byte <= high;
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

// Cuts well-formed text down to `bytes_max` bytes without splitting a character.
std::string drop_to(std::string line, std::size_t bytes_max) {
  std::size_t size = std::min(line.size(), bytes_max);
  while (size > 0 && continues(byte_at(line, size))) --size;
  line.resize(size);
  return line;
}

}  // namespace

// The table of well-formed sequences in the Unicode standard, section 3.9.
std::size_t utf8_length_at(std::string_view text, std::size_t at) {
  const unsigned lead = byte_at(text, at);
  const unsigned second = byte_at(text, at + 1);
  if (lead < 0x80) return at < text.size() ? 1 : 0;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(second) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(second, low, high) && continues(byte_at(text, at + 2)) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(second, low, high) && continues(byte_at(text, at + 2)) &&
                   continues(byte_at(text, at + 3))
               ? 4
               : 0;
  }
  return 0;
}

char32_t character_at(std::string_view text, std::size_t at, std::size_t length) {
  char32_t code = length == 1 ? byte_at(text, at) : byte_at(text, at) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6U | (byte_at(text, at + i) & 0x3Fu);
  return code;
}

std::string utf8_of(char32_t character) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80u | (character >> shift & 0x3Fu));
  };
  if (character < 0x80) return {static_cast<char>(character)};
  if (character < 0x800) return {static_cast<char>(0xC0u | character >> 6U), tail(0)};
  if ((character >= 0xD800 && character < 0xE000) || character > 0x10FFFF) {
    return std::string(kReplacement);
  }
  if (character < 0x10000) {
    return {static_cast<char>(0xE0u | character >> 12U), tail(6), tail(0)};
  }
  return {static_cast<char>(0xF0u | character >> 18U), tail(12), tail(6), tail(0)};
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    std::string_view piece = length == 0 ? kReplacement : text.substr(at, length);
    if (length > 0 && is_control(character_at(text, at, length))) piece = " ";
    if (line.size() + piece.size() > bytes_max) {
      return drop_to(std::move(line), bytes_max - kEllipsis.size()).append(kEllipsis);
    }
    line += piece;
    at += length == 0 ? 1 : length;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace rota::base
