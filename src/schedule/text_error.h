// What every parser of the schedule language says when a text is wrong: where, and what was
// expected there. Columns count from 1 in the whole text, also inside a union.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::schedule {

/// `at` counts from 0 in the whole text; `message` says what is wrong or was expected.
tl::unexpected<Error> text_error(std::size_t at, const std::string& message, std::string hint = {});

/// At most 24 characters of a text, made printable and put in quotes.
std::string quoted(std::string_view text);

}  // namespace rota::schedule
