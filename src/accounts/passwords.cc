#include "accounts/passwords.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "accounts/password_strength.h"
#include "accounts/secrets.h"

namespace rota::accounts {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string fault_of(std::string_view password, std::string_view user_name) {
  if (password.size() > kPasswordMost) {
    return fmt::format("is longer than {} bytes", kPasswordMost);
  }
  if (characters_in(password) < kPasswordLeast) {
    return fmt::format("needs at least {} characters; a few words do well", kPasswordLeast);
  }
  if (password.find('\0') != std::string_view::npos) return "has a character that cannot be typed";
  const std::string plain = lower(password);
  if (!user_name.empty() && plain == lower(user_name)) return "is the name of the user";
  if (guess_bits(password, user_name) < kGuessBitsMin) {
    return "is too easy to guess: a common one, or a few such pieces; four words of your own do "
           "well";
  }
  return {};
}

}  // namespace

/// One of the few hashes that are made at once.
class Passwords::Turn {
 public:
  explicit Turn(Passwords& of) : of_(of) {
    std::unique_lock lock(of_.mutex_);
    of_.freed_.wait(lock, [this] { return of_.busy_ < of_.cost_.at_once; });
    ++of_.busy_;
  }
  ~Turn() {
    const std::lock_guard lock(of_.mutex_);
    --of_.busy_;
    of_.freed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Passwords& of_;
};

Result<void> check_password(std::string_view password, std::string_view user_name) {
  const std::string fault = fault_of(password, user_name);
  if (fault.empty()) return {};
  return fail(Error{ErrorCode::kInvalidArgument,
                    "the password " + fault,
                    {},
                    {},
                    {FieldError{"password", fault, {}}}});
}

Result<std::string> Passwords::hash(std::string_view password) {
  const Turn turn(*this);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (sodium_init() < 0 || crypto_pwhash_str(out.data(), password.data(), password.size(),
                                             cost_.passes, cost_.bytes) != 0) {
    return fail(ErrorCode::kUnavailable, "there is not enough memory to hash a password",
                "free some memory, then try again");
  }
  return std::string(out.data());
}

std::string_view Passwords::dummy() {
  std::call_once(dummy_made_, [this] { dummy_ = hash(make_secret()).value_or(std::string()); });
  return dummy_;
}

bool Passwords::matches(std::string_view password, std::string_view hash) {
  const bool usable = hash.starts_with("$argon2id$") && hash.size() < crypto_pwhash_STRBYTES;
  const std::string text(usable ? hash : dummy());
  const Turn turn(*this);
  const bool same = sodium_init() >= 0 &&
                    crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
  return usable && same;
}

bool Passwords::is_outdated(std::string_view hash) const {
  if (hash.size() >= crypto_pwhash_STRBYTES) return true;
  return crypto_pwhash_str_needs_rehash(std::string(hash).c_str(), cost_.passes, cost_.bytes) != 0;
}

}  // namespace rota::accounts
