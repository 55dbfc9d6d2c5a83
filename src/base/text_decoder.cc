#include "base/text_decoder.h"

#include <charconv>
#include <utility>

#include "base/utf8.h"

namespace rota::base {
namespace {

std::optional<char32_t> number(std::string_view digits, int radix) {
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, wrong] = std::from_chars(digits.data(), end, value, radix);
  if (digits.empty() || wrong != std::errc{} || stop != end || value > 0x10FFFF) return {};
  return static_cast<char32_t>(value);
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_high(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Bytes that JSON's short escapes stand for.
char short_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return c;
  }
}

std::optional<char32_t> entity(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char32_t>, 6> kNames{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", 0xA0}}};
  for (const auto& [known, code] : kNames) {
    if (known == name) return code;
  }
  if (!name.starts_with('#')) return std::nullopt;
  const bool hex = name.starts_with("#x") || name.starts_with("#X");
  return number(name.substr(hex ? 2 : 1), hex ? 16 : 10);
}

}  // namespace

bool TextDecoder::begins(Kind kind, unsigned char byte) {
  switch (kind) {
    case Kind::kPercent:
      return byte == '%';
    case Kind::kForm:
      return byte == '%' || byte == '+';
    case Kind::kJson:
      return byte == '\\';
    case Kind::kHtml:
      return byte == '&';
  }
  return false;
}

std::optional<std::uint64_t> TextDecoder::waiting_from() const {
  if (high_ != 0) return high_from_;
  if (size_ > 0) return places_[0].from;
  return std::nullopt;
}

std::span<const PlacedByte> TextDecoder::feed(const PlacedByte& one) {
  given_count_ = 0;
  const bool begins_one = begins(kind_, one.byte);
  // What cannot go on an escape ends it; a second "%" or "&" begins another one.
  if (size_ > 0 && kind_ != Kind::kJson && begins_one) give_back();
  if (size_ == 0 && !begins_one) {
    high_ = 0;  // half a pair alone is nothing
    given_[given_count_++] = one;
    return {given_.data(), given_count_};
  }
  letters_[size_] = static_cast<char>(one.byte);
  places_[size_++] = one;
  if (kind_ == Kind::kJson) {
    json();
  } else if (kind_ == Kind::kHtml) {
    html();
  } else {
    percent();
  }
  return {given_.data(), given_count_};
}

void TextDecoder::percent() {
  const std::string_view text = escape();
  if (text == "+") return give(' ', places_[0].from);
  if (text.size() > 1 && !is_hex(text.back())) return give_back();
  if (text.size() == 3) {
    give(static_cast<unsigned char>(*number(text.substr(1), 16)), places_[0].from);
  }
}

void TextDecoder::json() {
  const std::string_view text = escape();
  if (text.size() == 1) return;
  const char kind = text[1];
  if (kind != 'u' && kind != 'x') {
    high_ = 0;
    return give(static_cast<unsigned char>(short_escape(kind)), places_[0].from);
  }
  if (text.size() > 2 && !is_hex(text.back())) return give_back();
  if (text.size() < (kind == 'u' ? 6u : 4u)) return;
  const char32_t value = *number(text.substr(2), 16);
  if (kind == 'x') return give(static_cast<unsigned char>(value), places_[0].from);
  give_unit(value);
}

void TextDecoder::html() {
  const std::string_view text = escape();
  const char last = text.back();
  if (last == ';') {
    const auto code = entity(text.substr(1, text.size() - 2));
    return code ? give_code(*code, places_[0].from) : give_back();
  }
  const bool goes_on = text.size() == 1 || last == '#' || is_hex(last) ||
                       (last >= 'a' && last <= 'z') || last == 'X';
  if (!goes_on || text.size() == kEscapeMax) give_back();
}

void TextDecoder::give(unsigned char byte, std::uint64_t from) {
  given_[given_count_++] = {byte, from, places_[size_ - 1].to};
  size_ = 0;
}

void TextDecoder::give_unit(char32_t unit) {
  if (is_high(unit)) {
    high_ = unit;
    high_from_ = places_[0].from;
    size_ = 0;
  } else if (is_low(unit) && high_ != 0) {
    const char32_t whole = 0x10000 + ((std::exchange(high_, 0) - 0xD800) << 10U) + (unit - 0xDC00);
    give_code(whole, high_from_);
  } else {
    high_ = 0;
    give_code(unit, places_[0].from);
  }
}

void TextDecoder::give_code(char32_t code, std::uint64_t from) {
  const std::uint64_t to = places_[size_ - 1].to;
  size_ = 0;
  for (const char byte : utf8_of(code)) {
    given_[given_count_++] = {static_cast<unsigned char>(byte), from, to};
  }
}

// It was no escape: each byte stands for itself.
void TextDecoder::give_back() {
  high_ = 0;
  for (std::size_t i = 0; i < size_; ++i) given_[given_count_++] = places_[i];
  size_ = 0;
}

}  // namespace rota::base
