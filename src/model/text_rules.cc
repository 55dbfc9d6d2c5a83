#include "model/text_rules.h"

#include <fmt/format.h>

#include "base/characters.h"
#include "base/utf8.h"
#include "json/strict.h"

namespace rota::model {
namespace {

bool is_allowed(const base::HiddenCharacter& hidden, Lines lines) {
  const char32_t c = hidden.code;
  return lines == Lines::kMany && (c == '\n' || c == '\r' || c == '\t');
}

std::optional<TextFault> hidden_fault(std::string_view text, Lines lines) {
  auto hidden = base::find_hidden(text);
  while (hidden && is_allowed(*hidden, lines)) {
    hidden = base::find_hidden(text, hidden->at + hidden->length);
  }
  if (!hidden) return std::nullopt;
  if (hidden->code == 0) return TextFault{"must not contain NUL bytes", hidden->at + 1};
  return TextFault{"must not contain " + base::describe(*hidden, text), hidden->at + 1};
}

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_letter(char c) {
  return is_small_letter(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         c == '.';
}

std::optional<TextFault> check_word_length(std::string_view text, std::size_t characters_max) {
  if (text.empty()) return TextFault{"must not be empty", std::nullopt};
  if (text.size() <= characters_max) return std::nullopt;
  return TextFault{
      fmt::format("must be at most {} characters, not {}", characters_max, text.size()),
      std::nullopt};
}

}  // namespace

std::optional<TextFault> check_text(std::string_view text, const TextRule& rule) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++characters) {
    const std::size_t length = base::utf8_length_at(text, at);
    if (length == 0) return TextFault{"must be valid UTF-8", at + 1};
    at += length;
  }
  if (auto fault = hidden_fault(text, rule.lines)) return fault;
  const bool blank = text.find_first_not_of(' ') == std::string_view::npos;
  if (characters < rule.characters_min || (blank && rule.characters_min > 0)) {
    return TextFault{"must not be empty", std::nullopt};
  }
  if (characters <= rule.characters_max) return std::nullopt;
  return TextFault{
      fmt::format("must be at most {} characters, not {}", rule.characters_max, characters),
      std::nullopt};
}

std::optional<TextFault> check_snake_case(std::string_view text, std::size_t characters_max) {
  if (auto fault = check_word_length(text, characters_max)) return fault;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_small_letter(c) || (at > 0 && (is_digit(c) || c == '_'))) continue;
    return TextFault{"must be a word of small letters, digits and '_', like send_emails", at + 1};
  }
  return std::nullopt;
}

std::optional<TextFault> check_word(std::string_view text, std::size_t characters_max) {
  if (auto fault = check_word_length(text, characters_max)) return fault;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_word_letter(text[at])) continue;
    return TextFault{"must be letters, digits, '_', '-' and '.' only", at + 1};
  }
  return std::nullopt;
}

std::optional<TextFault> check_json_object(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    return TextFault{fmt::format("must be at most {} bytes, not {}", bytes_max, text.size()),
                     std::nullopt};
  }
  const auto read = json::parse_strict(text);
  if (!read) return TextFault{json::describe(read.error()), read.error().at};
  if (read->is_object()) return std::nullopt;
  return TextFault{"must be a JSON object like {\"key\": \"value\"}", 1};
}

}  // namespace rota::model
