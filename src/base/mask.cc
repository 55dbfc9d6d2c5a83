// A secret's forms are looked for at every byte, but only where a form begins with that byte. Where
// forms overlap, all that any of them covers is taken out.
#include "base/mask.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace rota::base {
namespace {

constexpr std::string_view kMasked = "***";
/// Shorter pieces of base64 are too likely to stand there by chance.
constexpr std::size_t kBase64Min = 6;

std::string base64(std::string_view bytes, std::string_view last_two) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  const auto put = [&](std::uint32_t six) {
    text += six < kLetters.size() ? kLetters[six] : last_two[six - kLetters.size()];
  };
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) put(bits >> (count - 6) & 63u);
  }
  if (count > 0) put(bits << (6 - count) & 63u);
  return text;
}

// What base64 makes of the secret wherever it stands in a longer text: the letters that depend on
// nothing but the secret, for each of the three places that its first byte can have.
void add_base64(std::vector<std::string>& forms, const std::string& secret) {
  for (const std::string_view last_two : {"+/", "-_"}) {
    forms.push_back(base64(secret, last_two));
    for (std::size_t before = 0; before < 3; ++before) {
      const std::string whole = base64(std::string(before, 'x') + secret, last_two);
      const std::size_t from = before == 0 ? 0 : before + 1;
      const std::size_t to = (before + secret.size()) * 8 / 6;
      if (to > from && to - from >= kBase64Min) forms.push_back(whole.substr(from, to - from));
    }
  }
}

void add_percent_encoded(std::vector<std::string>& forms, const std::string& secret) {
  static constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  // Large or small digits, "+" or "%20", and whether "/" and the like stay: as tools differ.
  for (const std::string_view digits : {"0123456789ABCDEF", "0123456789abcdef"}) {
    for (const std::string_view blank : {"%20", "+"}) {
      for (const std::string_view stays : {"", "/", "!*'()", "/:?#[]@!$&'()*+,;="}) {
        std::string text;
        for (const char c : secret) {
          const auto byte = static_cast<unsigned char>(c);
          if (c == ' ') {
            text += blank;
          } else if ((kPlain.find(c) != kPlain.npos || stays.find(c) != stays.npos) && c != '\0') {
            text += c;
          } else {
            text += {'%', digits[byte >> 4], digits[byte & 15u]};
          }
        }
        forms.push_back(std::move(text));
      }
    }
  }
}

void add_json(std::vector<std::string>& forms, const std::string& secret) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (const bool slashes : {false, true}) {
    std::string text;
    for (const char c : secret) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\' || (c == '/' && slashes)) {
        text += {'\\', c};
      } else if (c == '\n') {
        text += "\\n";
      } else if (c == '\r') {
        text += "\\r";
      } else if (c == '\t') {
        text += "\\t";
      } else if (byte < 0x20) {
        text += "\\u00";
        text += {kDigits[byte >> 4], kDigits[byte & 15u]};
      } else {
        text += c;
      }
    }
    forms.push_back(std::move(text));
  }
}

}  // namespace

Mask::Mask(const std::vector<std::string>& secrets) {
  std::vector<std::string> all;
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    all.push_back(secret);
    add_base64(all, secret);
    add_percent_encoded(all, secret);
    add_json(all, secret);
  }
  std::sort(all.begin(), all.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (std::string& form : all) {
    longest_ = std::max(longest_, form.size());
    forms_[static_cast<unsigned char>(form[0])].push_back(std::move(form));
  }
}

std::size_t Mask::match(std::string_view text) const {
  for (const std::string& form : forms_[static_cast<unsigned char>(text[0])]) {
    if (text.starts_with(form)) return form.size();
  }
  return 0;
}

bool Mask::undecided(std::string_view text) const {
  if (text.size() >= longest_) return false;
  const auto& forms = forms_[static_cast<unsigned char>(text[0])];
  return std::any_of(forms.begin(), forms.end(), [&](const std::string& form) {
    return form.size() > text.size() && form.compare(0, text.size(), text) == 0;
  });
}

std::string Mask::apply(std::string_view text) const {
  StreamMask stream;
  // The stream does not outlive this call.
  stream.use(std::shared_ptr<const Mask>(std::shared_ptr<const Mask>(), this));
  std::string masked = stream.pass(text);
  return masked += stream.finish();
}

std::string StreamMask::pass(std::string_view piece) {
  held_ += piece;
  return run(false);
}

std::string StreamMask::finish() { return run(true); }

std::string StreamMask::run(bool last) {
  if (!mask_) return std::exchange(held_, {});
  std::string out;
  std::size_t at = 0;
  for (const std::string_view text = held_; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (!last && mask_->undecided(rest)) break;
    if (const std::size_t length = mask_->match(rest); length > 0) {
      if (covered_ == 0) out += kMasked;
      covered_ = std::max(covered_, length);
    }
    if (covered_ > 0) {
      --covered_;
    } else {
      out += text[at];
    }
  }
  held_.erase(0, at);
  return out;
}

}  // namespace rota::base
