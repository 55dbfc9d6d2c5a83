#include "config/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace rota::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;
};

// Largest first; of two that begin alike the longer one is tried first.
constexpr std::array kSpanUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"ms", 1},
                                Unit{"m", 60'000}, Unit{"s", 1'000}};
constexpr std::array kByteUnits{Unit{"GiB", 1LL << 30}, Unit{"MiB", 1LL << 20},
                                Unit{"KiB", 1LL << 10}};
constexpr std::int64_t kSpanMax = 1'000LL * 366 * 86'400'000;

// The digits at the front of `text`, which they leave.
std::optional<std::int64_t> take_digits(std::string_view& text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

const Unit* take_unit(std::string_view& text) {
  for (const Unit& unit : kSpanUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<Duration> parse_span(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto number = take_digits(text);
    const Unit* const unit = number ? take_unit(text) : nullptr;
    if (unit == nullptr || *number > (kSpanMax - total) / unit->size) return std::nullopt;
    total += *number * unit->size;
  }
  return std::chrono::milliseconds{total};
}

std::string span_text(Duration span) {
  std::int64_t left = std::chrono::floor<std::chrono::milliseconds>(span).count();
  std::string text;
  constexpr std::array kLargestFirst{kSpanUnits[0], kSpanUnits[1], kSpanUnits[3], kSpanUnits[4],
                                     kSpanUnits[2]};
  // 1500ms rather than 1s500ms.
  if (left % 1'000 != 0 && left < 60'000) return fmt::format("{}ms", left);
  for (const Unit& unit : kLargestFirst) {
    if (left < unit.size) continue;
    text += fmt::format("{}{}", left / unit.size, unit.name);
    left %= unit.size;
  }
  return text.empty() ? "0s" : text;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const auto number = take_digits(text);
  if (!number || text.empty()) return number;
  const auto* const unit = std::find_if(kByteUnits.begin(), kByteUnits.end(),
                                        [&](const Unit& known) { return known.name == text; });
  if (unit == kByteUnits.end()) return std::nullopt;
  if (*number > std::numeric_limits<std::int64_t>::max() / unit->size) return std::nullopt;
  return *number * unit->size;
}

std::string bytes_text(std::int64_t bytes) {
  for (const Unit& unit : kByteUnits) {
    if (bytes != 0 && bytes % unit.size == 0)
      return fmt::format("{}{}", bytes / unit.size, unit.name);
  }
  return std::to_string(bytes);
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const bool minus = text.starts_with('-');
  if (minus) text.remove_prefix(1);
  const auto number = take_digits(text);
  if (!number || !text.empty()) return std::nullopt;
  return minus ? -*number : *number;
}

}  // namespace rota::config
