#include "accounts/names.h"

#include <fmt/format.h>

#include "accounts/passwords.h"
#include "base/characters.h"
#include "base/log_line.h"
#include "base/utf8.h"

namespace rota::accounts {
namespace {

constexpr std::size_t kNameMost = 100;  // characters

std::string fault_of(std::string_view name) {
  if (name.empty()) return "must not be empty";
  std::size_t characters = 0;
  for (std::size_t at = 0; at < name.size(); ++characters) {
    const std::size_t length = base::utf8_length_at(name, at);
    if (length == 0) return "is not UTF-8";
    at += length;
  }
  if (const auto hidden = base::find_hidden(name)) return "has " + base::describe(*hidden, name);
  if (characters > kNameMost) return fmt::format("is longer than {} characters", kNameMost);
  if (name.front() == ' ' || name.back() == ' ') return "has blanks around it";
  return {};
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

Result<void> check_name(std::string_view name) {
  const std::string fault = fault_of(name);
  if (fault.empty()) return {};
  return fail(Error{
      ErrorCode::kInvalidArgument, "the name " + fault, {}, {}, {FieldError{"name", fault, {}}}});
}

Result<void> check_new_user(std::string_view name, std::string_view password) {
  auto verdict = check_name(name);
  auto fits = check_password(password, name);
  if (fits) return verdict;
  if (verdict) return fits;
  Error error = verdict.error();
  error.message += "; " + fits.error().message;
  for (const FieldError& field : fits.error().fields) error.fields.push_back(field);
  return fail(std::move(error));
}

std::string quoted(std::string_view text) {
  base::LineBuffer out;
  base::append_json_string(out, text);
  return {out.data(), out.size()};
}

std::string object_of(store::UserId id) { return fmt::format("user {}", id.value); }
std::string object_of(store::TokenId id) { return fmt::format("token {}", id.value); }

}  // namespace rota::accounts
