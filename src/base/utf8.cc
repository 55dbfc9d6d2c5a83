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

bool is_control(unsigned byte) { return byte < 0x20 || byte == 0x7F; }

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

std::string one_line(std::string_view text, std::size_t bytes_max) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    std::string_view piece = length == 0 ? kReplacement : text.substr(at, length);
    if (length == 1 && is_control(byte_at(text, at))) piece = " ";
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
