// Reads TOML 1.0 into nodes. The only thing here that knows the library.
#pragma once

#include <string>
#include <string_view>

#include "config/node.h"
#include "rota/result.h"

namespace rota::config {

/// A line longer than this is refused; it also bounds how deep dotted keys can nest.
inline constexpr std::size_t kLineBytesMax = 8192;

/// The root table of a document. The text may be anything at all. Errors: kInvalidArgument with one
/// field error: its field is "`name`:LINE:COLUMN". A syntax error ends the reading, so there is
/// one.
Result<Node> parse_toml(std::string_view text, std::string_view name);

}  // namespace rota::config
