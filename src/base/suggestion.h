// "Did you mean": the known word nearest to one that was mistyped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rota::base {

/// The word that needs the fewest changed, added, left out or swapped letters; empty when even that
/// one needs more than a third of its letters changed.
std::string nearest_word(std::string_view typed, const std::vector<std::string>& words);

}  // namespace rota::base
