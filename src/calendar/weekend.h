// The weekend of a calendar as people write it: "sat,sun", "Friday, Saturday", or nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::calendar {

/// Bit 0 is Sunday, bit 6 Saturday; empty text: no weekend at all. Errors: kInvalidArgument with
/// the column of the word that is no day. Example: parse_weekend("fri,sat") is 0b1100000.
Result<std::uint8_t> parse_weekend(std::string_view text);

/// "sat,sun", the form that is stored; Monday first.
std::string format_weekend(std::uint8_t days);

}  // namespace rota::calendar
