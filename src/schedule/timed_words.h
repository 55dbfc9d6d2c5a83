// The words of a text with its time of day taken out, wherever that stands: "tomorrow 09:00",
// "9:30pm next friday", "first working day at noon".
#pragma once

#include <array>
#include <optional>

#include "rota/result.h"
#include "schedule/slot_source.h"
#include "schedule/words.h"

namespace rota::schedule {

struct TimedWords {
  static constexpr std::size_t kMax = 16;

  std::array<Word, kMax> words{};
  std::size_t count = 0;
  std::optional<Micros> time;  ///< From midnight.

  /// `lower` must be in lower case.
  bool is(std::size_t index, std::string_view lower) const {
    return index < count && same_word(words[index].text, lower);
  }
};

/// `at` is the column of the text's first character, counted from 0.
/// Errors: kInvalidArgument with the column: a time that is none or given twice, too many words.
Result<TimedWords> read_timed_words(std::string_view text, std::size_t at);

/// "first", "1st" ... "twelfth", "12th": 1 to 12; nothing for other words.
std::optional<int> ordinal_of(std::string_view word);

/// "1st", "22nd", "13th".
std::string short_ordinal(int number);

/// "first" ... "twelfth", then "13th"; "last", "second last" for -1, -2.
std::string ordinal_words(int nth);

}  // namespace rota::schedule
