#include "base/secret_forms.h"

#include <algorithm>
#include <cstdint>

namespace rota::base {
namespace {

/// Shorter pieces of base64 are too likely to stand there by chance.
constexpr std::size_t kBase64Min = 4;

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += kLetters[bits >> (count - 6) & 63U];
  }
  if (count > 0) text += kLetters[bits << (6 - count) & 63U];
  return text;
}

// The letters that depend on nothing but the secret, for each of the three places that its first
// byte can have in a longer text; and with the last one, when nothing follows it.
void add_base64(std::vector<std::string>& forms, std::string_view secret) {
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string whole = base64(std::string(before, 'x').append(secret));
    const std::size_t from = before == 0 ? 0 : before + 1;
    const std::size_t to = (before + secret.size()) * 8 / 6;
    if (to < from + kBase64Min) continue;
    forms.push_back(whole.substr(from, to - from));
    forms.push_back(whole.substr(from));
  }
}

void add_hex(std::vector<std::string>& forms, std::string_view secret) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : secret) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  forms.push_back(std::move(text));
}

std::string_view trimmed(std::string_view line) {
  const std::size_t from = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t to = line.find_last_not_of(" \t");
  return to == std::string_view::npos ? std::string_view() : line.substr(from, to + 1 - from);
}

// The lines worth hiding; of a secret with a single one, that one.
std::vector<std::string> lines_of(std::string_view secret) {
  std::vector<std::string> lines;
  bool several = false;
  for (std::size_t at = 0; at <= secret.size();) {
    const std::size_t end = std::min(secret.find('\n', at), secret.size());
    const std::string_view line = secret.substr(at, end - at);
    several = several || (!lines.empty() && !line.empty());
    if (!trimmed(line).empty()) lines.emplace_back(trimmed(line));
    at = end + 1;
  }
  const std::size_t least = several ? kSecretLineMin : kSecretMin;
  std::erase_if(lines, [least](const std::string& line) { return line.size() < least; });
  return lines;
}

std::string with_returns(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

}  // namespace

std::string without_returns(std::string_view text) {
  std::string out(text);
  std::erase(out, '\r');
  return out;
}

SecretForms forms_of(const std::vector<std::string>& secrets) {
  SecretForms forms;
  for (const std::string& secret : secrets) {
    const std::string plain = without_returns(secret);
    std::vector<std::string> lines = lines_of(plain);
    forms.texts.push_back(plain);
    forms.texts.insert(forms.texts.end(), lines.begin(), lines.end());
    lines.insert(lines.end(), {secret, plain, with_returns(plain)});
    for (const std::string& one : lines) {
      if (one.empty()) continue;
      add_base64(forms.base64, one);
      add_hex(forms.hex, one);
    }
  }
  return forms;
}

}  // namespace rota::base
