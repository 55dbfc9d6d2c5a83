// Where a command prints. Standard output carries what was asked for, standard error everything
// else; colour and width belong to a terminal only.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::cli {

/// What a piece of text means; how it looks is decided in one place.
enum class Style { kPlain, kGood, kBad, kWarning, kDim, kStrong };

/// The streams of one invocation. Not thread-safe: one command prints at a time.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool interactive = false;  ///< Somebody can answer: standard input and error are terminals.
  bool colour = false;       ///< Standard output is a terminal and NO_COLOR is unset.
  bool colour_err = false;   ///< The same for standard error.
  std::size_t width = 0;     ///< Columns of the terminal; 0: not a terminal, nothing is cut.
  bool json = false;         ///< Programs read this: no tables, no words.

  /// Text for `out`, coloured where colour is on. The text must already be escaped.
  std::string styled(Style style, std::string_view text) const;

  /// One line on standard error that is no error: "note: ...". Silent with --json.
  void note(std::string_view text) const;

  /// The same for what may be a mistake: "warning: ...".
  void warn(std::string_view text) const;
};

/// The console of this process: asks the terminal for its width.
Console make_console(bool json);

/// Texts that were typed, by the field they are for; so that an error can point into them.
using Sources = std::map<std::string, std::string, std::less<>>;

/// Prints an error: its sentence, a caret under the wrong column of the schedule or of each wrong
/// field, then the hint. With --json one JSON object. Returns the error's exit code.
int print_error(const Console& console, const Error& error, const Sources& sources = {});

}  // namespace rota::cli
