// The words of the enums: as they stand in the database, in JSON and on the command line. One table
// per enum; nothing else in the project spells them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rota/decision.h"
#include "rota/result.h"
#include "rota/run.h"
#include "rota/task.h"

namespace rota::model {

/// The words of an enum in the order of its values.
template <class Enum>
std::span<const std::string_view> words_of();

template <>
std::span<const std::string_view> words_of<NonWorkingDay>();
template <>
std::span<const std::string_view> words_of<CatchUp>();
template <>
std::span<const std::string_view> words_of<Overlap>();
template <>
std::span<const std::string_view> words_of<RetryBackoff>();
template <>
std::span<const std::string_view> words_of<Delivery>();
template <>
std::span<const std::string_view> words_of<DstGap>();
template <>
std::span<const std::string_view> words_of<DstOverlap>();
template <>
std::span<const std::string_view> words_of<RunCause>();
template <>
std::span<const std::string_view> words_of<RunStatus>();
template <>
std::span<const std::string_view> words_of<Verdict>();
/// The first word, of kNone, stands nowhere: there is none then.
template <>
std::span<const std::string_view> words_of<SkipKind>();

/// kSkip becomes "skip".
template <class Enum>
std::string_view to_word(Enum value) {
  return words_of<Enum>()[static_cast<std::size_t>(value)];
}

/// The error for a word that is not among them: kInvalidArgument, listing all of them.
Error unknown_word(std::string_view field, std::string_view word,
                   std::span<const std::string_view> words);

/// "skip" becomes kSkip. `field` names the field in the error.
template <class Enum>
Result<Enum> parse_word(std::string_view field, std::string_view word) {
  const auto words = words_of<Enum>();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return fail(unknown_word(field, word, words));
}

}  // namespace rota::model
