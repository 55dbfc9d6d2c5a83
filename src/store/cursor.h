// A cursor names the last row of a page, with a check over it and over the list that it belongs to:
// one that was cut, mistyped, or taken from another list, order or filter is an error and never
// silently another page. The check is no secret: who makes one up sees no more than they may list.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::store {

/// `list` says which list it is with all that its order and rows depend on; `position` is that row.
std::string make_cursor(std::string_view list, std::string_view position);

/// The position. Errors: kInvalidArgument, beside the field `cursor`.
Result<std::string> read_cursor(std::string_view list, std::string_view cursor);

/// The error for a position that cannot be one.
Error wrong_cursor();

}  // namespace rota::store
