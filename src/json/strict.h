// Reads JSON so that no two readers can understand it differently: a name that stands twice in an
// object is an error (Boost.JSON keeps the last, others the first), and so is a number too large
// for a double. Depth is bounded; lone surrogates, NaN, comments and byte order marks are no JSON.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace rota::json {

inline constexpr std::size_t kDepthMax = 32;

/// What is wrong with a text.
struct Fault {
  std::string message;  ///< "incomplete JSON", "the name 'a.b' stands twice"
  std::size_t at = 1;   ///< The character, from 1.
  std::string field;  ///< Of a name that stands twice: where, like "metadata.headers[2].x"; or "".
};

/// The end of a sentence: "is not JSON: incomplete JSON at position 7", "names 'a.b' twice at
/// position 12".
std::string describe(const Fault& fault);

/// Blanks around the value are left out; anything else after it is a fault.
tl::expected<boost::json::value, Fault> parse_strict(std::string_view text,
                                                     std::size_t depth_max = kDepthMax,
                                                     boost::json::storage_ptr storage = {});

/// Whether parse_strict() would take it; keeps nothing.
bool is_strict(std::string_view text, std::size_t depth_max = kDepthMax);

}  // namespace rota::json
