// Characters that nobody sees but that change what is seen: controls, marks that turn the reading
// direction, characters without width, tags, line separators, and what Unicode keeps free for ever.
// Two names must not look alike and differ, and a text must not drive the terminal it is shown on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rota::base {

struct HiddenCharacter {
  char32_t code = 0;
  std::string_view kind;  ///< "a control character", "a bidirectional control", ...
  std::size_t at = 0;     ///< Its first byte.
  std::size_t length = 0;
};

/// The first at or after the byte `from`, which begins a character. Bytes that are not UTF-8 are
/// passed over. Joiners (U+200C, U+200D) are not hidden between letters of scripts that need them
/// and between emoji, nor are variation selectors behind what has variants.
std::optional<HiddenCharacter> find_hidden(std::string_view text, std::size_t from = 0);

/// "\n", "\x1b", "\u202e", "\U000e0041": how it is shown.
std::string escape_of(char32_t code);

/// "\u001b", "\u202e", "\udb40\udc41": how a JSON string writes it.
std::string json_escape_of(char32_t code);

/// JSON with the hidden characters of its strings as escapes: the same JSON. ASCII stays as it is,
/// since JSON escapes that already.
std::string json_without_hidden(std::string json);

enum class LineEnds { kEscape, kKeep };

/// The text with hidden characters as escapes, and bytes that are not UTF-8 as "\xff". Line feeds
/// and tabs stay where they are kept.
std::string visible(std::string_view text, LineEnds line_ends = LineEnds::kEscape);

/// "U+202E, a bidirectional control, at character 5": for an error.
std::string describe(const HiddenCharacter& hidden, std::string_view text);

}  // namespace rota::base
