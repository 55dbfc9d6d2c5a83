// Strict UTF-8 (no overlong forms, surrogates or numbers above U+10FFFF) for text that comes from
// outside and goes to a log, a page or a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rota::base {

/// Bytes of the well-formed character that starts at `at`; 0 when none does.
std::size_t utf8_length_at(std::string_view text, std::size_t at);

/// The character that starts there, well-formed and of that length.
char32_t character_at(std::string_view text, std::size_t at, std::size_t length);

/// The bytes of a character; of U+FFFD when it is a surrogate or above U+10FFFF.
std::string utf8_of(char32_t character);

/// The text as one printable line of at most `bytes_max` (3 or more) bytes: line breaks and other
/// control characters (C1 too) become a space, broken UTF-8 becomes U+FFFD, what does not fit ends
/// in "...".
std::string one_line(std::string_view text, std::size_t bytes_max);

}  // namespace rota::base
