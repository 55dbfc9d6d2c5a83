// Puts a complaint, its column and its hint into an Error.
#include "schedule/text_error.h"

#include <fmt/format.h>

namespace rota::schedule {

tl::unexpected<Error> text_error(std::size_t at, const std::string& message, std::string hint) {
  Error error;
  error.code = ErrorCode::kInvalidArgument;
  error.message = fmt::format("{} (column {})", message, at + 1);
  error.hint = std::move(hint);
  error.column = at + 1;
  return tl::unexpected<Error>(std::move(error));
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 24;
  std::string shown = "'";
  for (const char c : text.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < 0x20 || byte > 0x7e ? '?' : c;
  }
  if (text.size() > kShown) shown += "...";
  return shown + "'";
}

}  // namespace rota::schedule
