// The outer form of iCalendar (RFC 5545, 3.1): folded lines put together again, each taken apart
// into name, parameters and value. Bounded, and every line knows its number for error messages.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::calendar {

/// "DTSTART;VALUE=DATE:20261225".
struct IcsLine {
  std::size_t number = 0;  ///< 1-based, of its first physical line.
  std::string name;        ///< In capital letters: "DTSTART".
  std::string parameters;  ///< As written: "VALUE=DATE".
  std::string value;       ///< As written, escapes and all.
};

/// Walks the lines of a text that outlives it.
class IcsLines {
 public:
  /// A longer line is an error; RFC 5545 folds at 75.
  static constexpr std::size_t kLineMax = 64 * 1024;

  explicit IcsLines(std::string_view text) : rest_(text) {}

  /// The next line that is not blank; none at the end. Errors: kInvalidArgument with its number.
  Result<std::optional<IcsLine>> next();

 private:
  std::string_view take_physical();

  std::string_view rest_;
  std::size_t number_ = 0;
};

/// "line 17 of the calendar: ...", as an invalid argument.
tl::unexpected<Error> ics_error(std::size_t line, std::string_view message, std::string hint = {});

/// The text of a value: "\n", "\," and their like put back.
std::string ics_text(std::string_view value);

}  // namespace rota::calendar
