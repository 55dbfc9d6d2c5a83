// Dynamic programming over the password's bytes: best[i] is the fewest bits that the first i bytes
// take; every piece that begins at i offers a way on. Letters that digits and signs stand for
// (p4ssw0rd) are read both ways.
#include "accounts/password_strength.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

namespace rota::accounts {
namespace {

constexpr std::size_t kLookedAtMax = 128;  // bytes
constexpr std::size_t kWordMin = 4;
constexpr std::size_t kWordMax = 24;
constexpr std::size_t kRunMin = 3;

// What one piece costs, in bits. A word stands among tens of thousands, a row of the keyboard among
// a few hundred.
constexpr double kWordBits = 14;
constexpr double kOwnNameBits = 4;
constexpr double kRowBits = 8;
constexpr double kSameBits = 6;
constexpr double kRepeatBits = 2;
constexpr double kYearBits = 6;
constexpr double kLetterBits = 4.7;
constexpr double kDigitBits = 3.3;
constexpr double kSpaceBits = 1;
constexpr double kSignBits = 3;
constexpr double kOtherByteBits = 4;

constexpr std::array<std::string_view, 8> kRows{"abcdefghijklmnopqrstuvwxyz",
                                                "12345678901234567890",
                                                "qwertyuiop",
                                                "asdfghjkl",
                                                "zxcvbnm",
                                                "qwertzuiopasdfghjkl",
                                                "azertyuiop",
                                                "1qaz2wsx3edc4rfv5tgb6yhn"};
constexpr std::array<std::string_view, 4> kOwnWords{"rota", "admin", "scheduler", "server"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// The letters that signs and digits stand for; `one` is what a 1 stands for.
std::string plain_letters(std::string_view text, char one) {
  std::string out(text);
  for (char& c : out) {
    switch (c) {
      case '0':
        c = 'o';
        break;
      case '1':
      case '!':
      case '|':
        c = one;
        break;
      case '3':
        c = 'e';
        break;
      case '4':
      case '@':
        c = 'a';
        break;
      case '5':
      case '$':
        c = 's';
        break;
      case '7':
      case '+':
        c = 't';
        break;
      case '8':
        c = 'b';
        break;
      case '9':
        c = 'g';
        break;
      default:
        break;
    }
  }
  return out;
}

// Where the line begins that holds the byte.
std::size_t line_start(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

bool is_common(std::string_view word) {
  const std::string_view list = kCommonPasswords;
  std::size_t low = 0;
  std::size_t high = list.size();
  while (low < high) {
    const std::size_t start = line_start(list, low + (high - low) / 2);
    const std::size_t end = std::min(list.find('\n', start), list.size());
    const std::string_view line = list.substr(start, end - start);
    if (line == word) return true;
    if (line < word) {
      low = std::min(end + 1, list.size());
    } else {
      high = start;
    }
  }
  return false;
}

double character_bits(char c) {
  if (is_letter(c)) return kLetterBits;
  if (is_digit(c)) return kDigitBits;
  if (c == ' ') return kSpaceBits;
  return static_cast<unsigned char>(c) < 0x80 ? kSignBits : kOtherByteBits;
}

// How many bytes from there on are one row, forwards or backwards.
std::size_t row_length(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string_view row : kRows) {
    const std::string backwards(row.rbegin(), row.rend());
    for (const std::string_view way : {row, std::string_view(backwards)}) {
      std::size_t length = std::min(text.size(), way.size());
      while (length > longest && way.find(text.substr(0, length)) == std::string_view::npos) {
        --length;
      }
      longest = std::max(longest, length);
    }
  }
  return longest;
}

std::size_t same_length(std::string_view text) {
  const std::size_t other = text.find_first_not_of(text.front());
  return other == std::string_view::npos ? text.size() : other;
}

bool is_year(std::string_view text) {
  return text.size() == 4 && (text.starts_with("19") || text.starts_with("20")) &&
         is_digit(text[2]) && is_digit(text[3]);
}

class Pieces {
 public:
  Pieces(std::string_view password, std::string_view user_name)
      : text_(lower(password.substr(0, kLookedAtMax))),
        readings_{text_, plain_letters(text_, 'i'), plain_letters(text_, 'l')},
        own_name_(lower(user_name)),
        best_(text_.size() + 1, std::numeric_limits<double>::infinity()) {}

  double fewest_bits() {
    best_[0] = 0;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      offer(at, 1, character_bits(text_[at]));
      offer_runs(at);
      offer_repeats(at);
      offer_words(at);
    }
    return best_.back();
  }

 private:
  void offer(std::size_t at, std::size_t length, double bits) {
    double& there = best_[at + length];
    there = std::min(there, best_[at] + bits);
  }

  void offer_runs(std::size_t at) {
    const std::string_view rest = std::string_view(text_).substr(at);
    if (is_year(rest.substr(0, 4))) offer(at, 4, kYearBits);
    for (std::size_t length = row_length(rest); length >= kRunMin; --length) {
      offer(at, length, kRowBits);
    }
    for (std::size_t length = same_length(rest); length >= kRunMin; --length) {
      offer(at, length, kSameBits);
    }
  }

  // What stands before, once more.
  void offer_repeats(std::size_t at) {
    const std::string_view text = text_;
    for (std::size_t length = 2; length <= at && at + length <= text.size(); ++length) {
      if (text.substr(at - length, length) == text.substr(at, length)) {
        offer(at, length, kRepeatBits);
      }
    }
  }

  void offer_words(std::size_t at) {
    const std::size_t longest = std::min(kWordMax, text_.size() - at);
    for (std::size_t length = kWordMin; length <= longest; ++length) {
      for (const std::string& reading : readings_) {
        const std::string_view word = std::string_view(reading).substr(at, length);
        if (is_own(word)) {
          offer(at, length, kOwnNameBits);
        } else if (is_common(word)) {
          offer(at, length, kWordBits);
        }
      }
    }
    if (!own_name_.empty() && text_.compare(at, own_name_.size(), own_name_) == 0) {
      offer(at, own_name_.size(), kOwnNameBits);
    }
  }

  bool is_own(std::string_view word) const {
    return std::find(kOwnWords.begin(), kOwnWords.end(), word) != kOwnWords.end();
  }

  const std::string text_;
  const std::array<std::string, 3> readings_;
  const std::string own_name_;
  std::vector<double> best_;
};

}  // namespace

double guess_bits(std::string_view password, std::string_view user_name) {
  return Pieces(password, user_name).fewest_bits();
}

}  // namespace rota::accounts
