#include "cli/text.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/utf8.h"

namespace rota::cli {
namespace {

struct Decoded {
  char32_t code = 0;
  std::size_t length = 1;
  bool valid = false;
};

// One character; a byte that begins none stands alone and is not valid.
Decoded decode(std::string_view text) {
  const std::size_t length = base::utf8_length_at(text, 0);
  if (length == 0) return {};
  return {base::character_at(text, 0, length), length, true};
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool in_ranges(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& r) { return code >= r.first && code <= r.last; });
}

bool is_wide(char32_t code) {
  static constexpr std::array<Range, 10> kWide{{{0x1100, 0x115f},
                                                {0x2e80, 0x303e},
                                                {0x3041, 0xa4cf},
                                                {0xac00, 0xd7a3},
                                                {0xf900, 0xfaff},
                                                {0xfe30, 0xfe6f},
                                                {0xff00, 0xff60},
                                                {0xffe0, 0xffe6},
                                                {0x1f300, 0x1faff},
                                                {0x20000, 0x3fffd}}};
  return in_ranges(kWide, code);
}

bool is_combining(char32_t code) {
  static constexpr std::array<Range, 7> kCombining{{{0x300, 0x36f},
                                                    {0x200c, 0x200d},
                                                    {0x483, 0x489},
                                                    {0x591, 0x5bd},
                                                    {0x1ab0, 0x1aff},
                                                    {0x20d0, 0x20ff},
                                                    {0xfe00, 0xfe0f}}};
  return in_ranges(kCombining, code);
}

std::size_t width_of(char32_t code) { return is_combining(code) ? 0 : is_wide(code) ? 2 : 1; }

}  // namespace

std::string escape_text(std::string_view text) { return base::visible(text); }

std::string escape_lines(std::string_view text) {
  return base::visible(text, base::LineEnds::kKeep);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Decoded c = decode(text);
    width += c.valid ? width_of(c.code) : 1;
    text.remove_prefix(c.length);
  }
  return width;
}

std::string truncate_text(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t used = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    const Decoded c = decode(text.substr(end));
    const std::size_t more = c.valid ? width_of(c.code) : 1;
    if (used + more > width - 1) break;
    used += more;
    end += c.length;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace rota::cli
