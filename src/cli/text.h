// Text for a terminal. Whatever comes from the database was written by somebody: it is shown, never
// obeyed, so control characters become visible escapes and widths are counted as a terminal would.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rota::cli {

/// One line that no terminal can be commanded with: controls as \n, \t, \x1b, broken UTF-8 as
/// \xff, invisible direction marks as \u202e.
std::string escape_text(std::string_view text);

/// As escape_text, but keeps line ends and tabs: for a run's output.
std::string escape_lines(std::string_view text);

/// Columns a terminal needs for escaped text: 2 for wide characters, 0 for combining ones.
std::size_t display_width(std::string_view text);

/// At most `width` columns of escaped text; what is cut off is replaced by "…".
std::string truncate_text(std::string_view text, std::size_t width);

}  // namespace rota::cli
