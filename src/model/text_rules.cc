#include "model/text_rules.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/utf8.h"

namespace rota::model {
namespace {

bool is_allowed_control(unsigned char c, Lines lines) {
  return lines == Lines::kMany && (c == '\n' || c == '\r' || c == '\t');
}

TextFault control_fault(unsigned char c, std::size_t at) {
  if (c == 0) return {"must not contain NUL bytes", at + 1};
  return {fmt::format("must not contain control characters (found code {})", c), at + 1};
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
    const auto c = static_cast<unsigned char>(text[at]);
    const bool control = c < 0x20 || c == 0x7f;
    if (control && !is_allowed_control(c, rule.lines)) return control_fault(c, at);
    const std::size_t length = base::utf8_length_at(text, at);
    if (length == 0) return TextFault{"must be valid UTF-8", at + 1};
    at += length;
  }
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
  boost::json::stream_parser parser;
  boost::system::error_code problem;
  const std::size_t used = parser.write_some(text.data(), text.size(), problem);
  if (problem) {
    return TextFault{fmt::format("is not JSON: {} at position {}", problem.message(), used + 1),
                     used + 1};
  }
  if (used < text.size()) {
    return TextFault{fmt::format("must end after the JSON object, at position {}", used + 1),
                     used + 1};
  }
  parser.finish(problem);
  if (problem) {
    return TextFault{fmt::format("is not complete JSON: it ends at position {}", used + 1),
                     used + 1};
  }
  const boost::json::value value = parser.release();
  if (value.is_object()) return std::nullopt;
  return TextFault{"must be a JSON object like {\"key\": \"value\"}", 1};
}

}  // namespace rota::model
