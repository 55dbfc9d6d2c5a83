// Durations and sizes as people write them in a configuration: a number and its unit, so that
// nobody has to know whether a bare number means seconds or milliseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rota/time.h"

namespace rota::config {

/// "1500ms", "30s", "5m", "2h", "30d", and sums of them: "1h30m". None for anything else, also for
/// a number without a unit and for more than a thousand years.
std::optional<Duration> parse_span(std::string_view text);

/// The shortest text that parse_span reads as the same, in milliseconds at least: "1h30m", "0s".
std::string span_text(Duration span);

/// "65536", "64KiB", "1MiB", "2GiB". None for anything else and beyond 8 EiB.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// The shortest text that parse_bytes reads as the same: "1MiB", "1500".
std::string bytes_text(std::int64_t bytes);

/// A whole number in decimal digits, with a sign before it if any. None for anything else.
std::optional<std::int64_t> parse_whole(std::string_view text);

}  // namespace rota::config
