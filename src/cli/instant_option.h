// Moments as they are typed after an option.
#pragma once

#include <string>
#include <string_view>

#include "rota/clock.h"
#include "rota/time.h"

namespace rota::cli {

/// RFC 3339 ("2026-11-23T09:30:00Z"), or a date alone: its midnight in UTC. Empty: `otherwise`.
/// The error names the option.
Result<Instant> instant_option(std::string_view option, const std::string& text, Instant otherwise);

/// Now, without its fraction: what people mean by it when they ask for a schedule.
Instant this_second(const Clock& clock);

}  // namespace rota::cli
