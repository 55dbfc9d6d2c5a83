// Small text tools for the parsers: ASCII only, no locale, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace rota::schedule {

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }

/// `lower` must be in lower case.
constexpr bool same_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (to_lower(text[i]) != lower[i]) return false;
  }
  return true;
}

constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Sunday first, as in cron.
inline constexpr std::array<std::string_view, 7> kWeekdayNames = {
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

inline constexpr std::array<std::string_view, 12> kMonthNames = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

/// The index of a name written in full or as its first three letters, in any case.
constexpr std::optional<unsigned> index_of_name(std::string_view text,
                                                std::span<const std::string_view> names) {
  if (text.size() < 3) return std::nullopt;
  for (unsigned i = 0; i < names.size(); ++i) {
    if (same_word(text, names[i]) || same_word(text, names[i].substr(0, 3))) return i;
  }
  return std::nullopt;
}

/// One word of a text, with its place in it.
struct Word {
  std::string_view text;
  std::size_t at;
};

/// Walks the words between white space.
class WordReader {
 public:
  WordReader(std::string_view text, std::size_t at) : text_(text), base_(at) {}

  std::optional<Word> next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ == text_.size()) return std::nullopt;
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
    return Word{text_.substr(start, at_ - start), base_ + start};
  }

 private:
  std::string_view text_;
  std::size_t base_;
  std::size_t at_ = 0;
};

}  // namespace rota::schedule
