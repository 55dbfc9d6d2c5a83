#include "store/cursor.h"

#include <fmt/format.h>

#include <cstdint>

namespace rota::store {
namespace {

constexpr std::size_t kCheckDigits = 16;
/// A position holds a task's name at most, of 200 characters of 4 bytes.
constexpr std::size_t kCursorMax = 1000;

// FNV-1a, 64 bits.
std::string check_of(std::string_view list, std::string_view position) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  };
  add(list);
  add(std::string_view("\0", 1));
  add(position);
  return fmt::format("{:016x}", hash);
}

}  // namespace

Error wrong_cursor() {
  return Error{ErrorCode::kInvalidArgument,
               "the cursor is not one of this list, in this order and with these filters",
               "take next_cursor from the page before, or leave it out for the first page",
               std::nullopt,
               {FieldError{"cursor", "is not one of this list", std::nullopt}}};
}

std::string make_cursor(std::string_view list, std::string_view position) {
  return fmt::format("{}.{}", check_of(list, position), position);
}

Result<std::string> read_cursor(std::string_view list, std::string_view cursor) {
  if (cursor.size() <= kCheckDigits || cursor.size() > kCursorMax || cursor[kCheckDigits] != '.') {
    return fail(wrong_cursor());
  }
  const std::string_view position = cursor.substr(kCheckDigits + 1);
  if (cursor.substr(0, kCheckDigits) != check_of(list, position)) return fail(wrong_cursor());
  return std::string(position);
}

}  // namespace rota::store
