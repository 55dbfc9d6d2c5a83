#include "cli/instant_option.h"

#include <fmt/format.h>

namespace rota::cli {

Result<Instant> instant_option(std::string_view option, const std::string& text,
                               Instant otherwise) {
  if (text.empty()) return otherwise;
  constexpr std::size_t kDateLength = 10;  // 2026-11-23
  auto at = parse_instant(text.size() == kDateLength ? text + "T00:00:00Z" : text);
  if (at) return *at;
  return fail(at.error().code, fmt::format("{}: {}", option, at.error().message), at.error().hint);
}

Instant this_second(const Clock& clock) {
  return std::chrono::floor<std::chrono::seconds>(clock.now());
}

}  // namespace rota::cli
