// What is wrong with a text that came from outside, as half a sentence for a FieldError.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rota::model {

enum class Lines { kOne, kMany };

/// What a text field must keep to.
struct TextRule {
  std::size_t characters_min = 0;  ///< 1 or more: blanks alone are not enough.
  std::size_t characters_max = 0;
  Lines lines = Lines::kOne;  ///< kMany also permits tabs and line breaks.
};

/// A complaint and where in the text it stands.
struct TextFault {
  std::string message;
  std::optional<std::size_t> column;
};

/// None when the text is valid UTF-8 without hidden characters (base/characters.h) and of a fitting
/// length.
std::optional<TextFault> check_text(std::string_view text, const TextRule& rule);

/// None when the text is a word like "send_emails": a letter, then letters, digits and '_'; all
/// small, 1 to `characters_max`.
std::optional<TextFault> check_snake_case(std::string_view text, std::size_t characters_max);

/// None when the text is letters, digits, '_', '-' and '.', 1 to `characters_max`.
std::optional<TextFault> check_word(std::string_view text, std::size_t characters_max);

/// None when the text is a JSON object of at most `bytes_max` bytes and 32 levels.
std::optional<TextFault> check_json_object(std::string_view text, std::size_t bytes_max);

}  // namespace rota::model
