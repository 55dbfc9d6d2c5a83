#include "base/characters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace rota::base {
namespace {

struct Range {
  char32_t first;
  char32_t last;
  std::string_view kind;
};

constexpr std::string_view kControl = "a control character";
constexpr std::string_view kBidi = "a bidirectional control";
constexpr std::string_view kNoWidth = "a character without width";
constexpr std::string_view kSeparator = "a line separator";
constexpr std::string_view kTag = "a tag character";
constexpr std::string_view kNone = "not a character";

constexpr char32_t kNonJoiner = 0x200C;
constexpr char32_t kJoiner = 0x200D;
/// Scripts above this one join letters; those below (Latin, Greek, Cyrillic, Armenian) do not.
constexpr char32_t kJoiningFirst = 0x0590;

// Unicode 15: Cc, Bidi_Control, Default_Ignorable_Code_Point, Zl, Zp, noncharacters; sorted.
constexpr auto kHidden = std::to_array<Range>({
    {0x0000, 0x001F, kControl},   {0x007F, 0x009F, kControl},   {0x00AD, 0x00AD, kNoWidth},
    {0x034F, 0x034F, kNoWidth},   {0x061C, 0x061C, kBidi},      {0x115F, 0x1160, kNoWidth},
    {0x17B4, 0x17B5, kNoWidth},   {0x180B, 0x180F, kNoWidth},   {0x200B, 0x200D, kNoWidth},
    {0x200E, 0x200F, kBidi},      {0x2028, 0x2029, kSeparator}, {0x202A, 0x202E, kBidi},
    {0x2060, 0x2065, kNoWidth},   {0x2066, 0x2069, kBidi},      {0x206A, 0x206F, kNoWidth},
    {0x3164, 0x3164, kNoWidth},   {0xFDD0, 0xFDEF, kNone},      {0xFE00, 0xFE0F, kNoWidth},
    {0xFEFF, 0xFEFF, kNoWidth},   {0xFFA0, 0xFFA0, kNoWidth},   {0xFFF0, 0xFFFB, kNoWidth},
    {0x1BCA0, 0x1BCA3, kNoWidth}, {0x1D173, 0x1D17A, kNoWidth}, {0xE0000, 0xE00FF, kTag},
    {0xE0100, 0xE01EF, kNoWidth}, {0xE01F0, 0xE0FFF, kTag},
});

std::string_view kind_of(char32_t code) {
  if ((code & 0xFFFEu) == 0xFFFE) return kNone;  // the last two of every plane
  const auto* const found = std::ranges::lower_bound(kHidden, code, {}, &Range::last);
  return found != kHidden.end() && code >= found->first ? found->kind : std::string_view();
}

bool is_selector(char32_t code) { return code >= 0xFE00 && code <= 0xFE0F; }
bool is_ideographic_selector(char32_t code) { return code >= 0xE0100 && code <= 0xE01EF; }

bool has_ideographic_variants(char32_t code) {
  return (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0x20000 && code <= 0x3FFFD);
}

// Symbols, emoji and keycaps; a selector behind a letter of Latin would only hide there.
bool has_variants(char32_t code) {
  return (code >= '0' && code <= '9') || code == '#' || code == '*' || code == 0xA9 ||
         code == 0xAE || code >= kJoiningFirst;
}

bool may_join(char32_t code) {
  return code >= kJoiningFirst && (kind_of(code).empty() || is_selector(code));
}

std::string escape_of_byte(char byte) {
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
}

// Whether it does its work between these two; 0: there is none.
bool belongs_there(char32_t code, char32_t before, char32_t after) {
  if (code == kJoiner || code == kNonJoiner) return may_join(before) && may_join(after);
  if (is_selector(code)) return has_variants(before) && kind_of(before).empty();
  return is_ideographic_selector(code) && has_ideographic_variants(before);
}

}  // namespace

std::optional<HiddenCharacter> find_hidden(std::string_view text, std::size_t from) {
  char32_t before = 0;
  for (std::size_t at = from; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte < 0x7F) {  // most are
      before = byte;
      ++at;
      continue;
    }
    const std::size_t length = utf8_length_at(text, at);
    const char32_t code = length == 0 ? 0xFFFD : character_at(text, at, length);
    if (const std::string_view kind = kind_of(code); !kind.empty()) {
      const std::size_t next = utf8_length_at(text, at + length);
      const char32_t after = next == 0 ? 0 : character_at(text, at + length, next);
      if (!belongs_there(code, before, after)) return HiddenCharacter{code, kind, at, length};
    }
    before = code;
    at += std::max<std::size_t>(length, 1);
  }
  return std::nullopt;
}

std::string escape_of(char32_t code) {
  const auto number = static_cast<std::uint32_t>(code);
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  if (code < 0xA0) return fmt::format("\\x{:02x}", number);
  return code <= 0xFFFF ? fmt::format("\\u{:04x}", number) : fmt::format("\\U{:08x}", number);
}

std::string json_escape_of(char32_t code) {
  const auto number = static_cast<std::uint32_t>(code);
  if (number < 0x10000) return fmt::format("\\u{:04x}", number);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD7C0 + (number >> 10U), 0xDC00 + (number & 0x3FFU));
}

std::string json_without_hidden(std::string json) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x7F; };
  if (std::ranges::all_of(json, is_ascii)) return json;
  std::string out;
  std::size_t from = 0;
  for (auto hidden = find_hidden(json); hidden;
       hidden = find_hidden(json, hidden->at + hidden->length)) {
    if (hidden->code < 0x7F) continue;
    out.append(json, from, hidden->at - from).append(json_escape_of(hidden->code));
    from = hidden->at + hidden->length;
  }
  return out.append(json, from);
}

std::string visible(std::string_view text, LineEnds line_ends) {
  std::string out;
  const auto add = [&](std::string_view plain) {
    for (std::size_t at = 0; at < plain.size();) {
      const std::size_t length = utf8_length_at(plain, at);
      if (length == 0) out += escape_of_byte(plain[at]);
      out.append(plain.substr(at, length));
      at += std::max<std::size_t>(length, 1);
    }
  };
  std::size_t from = 0;
  for (auto hidden = find_hidden(text); hidden; hidden = find_hidden(text, from)) {
    add(text.substr(from, hidden->at - from));
    const bool stays =
        line_ends == LineEnds::kKeep && (hidden->code == '\n' || hidden->code == '\t');
    out += stays ? std::string(1, text[hidden->at]) : escape_of(hidden->code);
    from = hidden->at + hidden->length;
  }
  add(text.substr(from));
  return out;
}

std::string describe(const HiddenCharacter& hidden, std::string_view text) {
  std::size_t characters = 1;
  for (std::size_t at = 0; at < hidden.at; ++characters) {
    at += std::max<std::size_t>(utf8_length_at(text, at), 1);
  }
  return fmt::format("U+{:04X}, {}, at character {}", static_cast<std::uint32_t>(hidden.code),
                     hidden.kind, characters);
}

}  // namespace rota::base
