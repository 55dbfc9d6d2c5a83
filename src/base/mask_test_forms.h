// Secrets written in every form that masking knows, by other code than the masking's own.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace rota::base {

inline std::string b64(std::string_view bytes, bool url = false) {
  const std::string_view letters =
      url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits * 256 + (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    const std::size_t there = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= there ? letters[bits >> (18 - 6 * i) & 63u] : '=';
    }
  }
  return out;
}

inline std::string hex(std::string_view bytes, std::string_view between = "", bool large = false) {
  std::string out;
  for (const char c : bytes) {
    if (!out.empty()) out += between;
    const auto byte = static_cast<unsigned char>(c);
    const std::string_view digits = large ? "0123456789ABCDEF" : "0123456789abcdef";
    out += {digits[byte / 16], digits[byte % 16]};
  }
  return out;
}

inline std::string wrapped(std::string_view text, std::size_t width, std::string_view end) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += width) {
    out.append(text.substr(at, width)).append(end);
  }
  return out;
}

inline std::size_t letters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '+' || c == '/' || c == '-' || c == '_';
  }));
}

inline std::string replaced(std::string_view text,
                            const std::vector<std::pair<char, std::string>>& by) {
  std::string out;
  for (const char c : text) {
    const auto found =
        std::find_if(by.begin(), by.end(), [c](const auto& one) { return one.first == c; });
    out += found == by.end() ? std::string(1, c) : found->second;
  }
  return out;
}

inline std::string json_escaped(std::string_view text) {
  return replaced(text,
                  {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\t', "\\t"}, {'\r', "\\r"}});
}

inline std::string percent(std::string_view text, bool form, bool large) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
    out += plain ? std::string(1, c) : form && c == ' ' ? "+" : "%" + hex({&c, 1}, "", large);
  }
  return out;
}

struct FormForTest {
  std::string name;
  std::string text;
};

inline std::vector<FormForTest> forms_for_test(const std::string& secret) {
  const std::string crlf = replaced(secret, {{'\n', "\r\n"}});
  return {
      {"plain", secret},
      {"CRLF", crlf},
      {"base64", b64(secret).substr(0, secret.size() * 8 / 6)},
      {"base64 url", b64(secret, true).substr(0, secret.size() * 8 / 6)},
      {"base64 of CRLF", b64(crlf).substr(0, crlf.size() * 8 / 6)},
      {"base64 in the middle", b64("u:" + secret).substr(3, (2 + secret.size()) * 8 / 6 - 3)},
      {"hex", hex(secret)},
      {"large hex with colons", hex(secret, ":", true)},
      {"percent", percent(secret, false, true)},
      {"small percent", percent(secret, false, false)},
      {"form", percent(secret, true, true)},
      {"json", json_escaped(secret)},
      {"json in json", json_escaped(json_escaped(secret))},
      {"html",
       replaced(secret,
                {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}})},
  };
}

/// Letters of all kinds that matter to some form; no line of it is shorter than 8 bytes.
inline std::string random_secret(std::mt19937& random, std::size_t size) {
  static constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/&<>\"'\\% .-_=:";
  std::string secret;
  while (secret.size() < size) secret += kLetters[random() % kLetters.size()];
  secret.front() = 'S';
  secret.back() = 'E';
  if (size >= 20 && random() % 2 == 0) secret[size / 2] = '\n';
  return secret;
}

/// Length of the longest run of characters that both have.
inline std::size_t longest_common(std::string_view a, std::string_view b) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    while (i + longest < b.size() && a.find(b.substr(i, longest + 1)) != a.npos) ++longest;
  }
  return longest;
}

}  // namespace rota::base
