// Decides how a search for a part of a word is answered: by the index of three letters in a row
// when few tasks match, else by walking the list, which soon finds a page of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/sqlite/connection.h"

namespace rota::store {

struct TaskSearch {
  std::string pattern;      ///< For LIKE; % and _ of the search mean themselves.
  std::string phrase;       ///< For MATCH; empty: too short for the index, or nothing is searched.
  std::int64_t found = -1;  ///< Matches in the index, up to kFoundMax + 1; -1: not known.
  bool few = false;         ///< Ask the index, then look at those tasks alone.

  /// More than this many are not counted.
  static constexpr std::int64_t kFoundMax = 10'000;
};

/// Takes some milliseconds at most. Errors: those of the database.
Result<TaskSearch> plan_search(Connection& connection, std::string_view search);

}  // namespace rota::store
