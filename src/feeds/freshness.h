// Whether a feed's days can still be relied on, and when it should be asked again. Pure functions
// over its row and the time.
#pragma once

#include <cstdint>
#include <string>

#include "rota/calendar.h"

namespace rota::feeds {

/// A feed is stale after so many of its refresh times without success.
inline constexpr int kStaleAfterRefreshes = 3;
/// Days before the end of what a feed covers at which somebody should know.
inline constexpr int kNearTheEndDays = 30;
inline constexpr std::int64_t kRefreshLeastS = 60;

/// What somebody should know about the feed, as one sentence that names the days' age; empty: all
/// is well. Example: "its days are 4 days old, the address answered with status 500".
std::string warning_of(const CalendarFeed& feed, Instant now);

/// "3 h", "4 days": how long ago the days came; "never" when they did not.
std::string age_of(const CalendarFeed& feed, Instant now);

/// When to ask next: a refresh time after the last asking; after failures sooner, from a minute
/// doubling up to the refresh time. `spread` (any number, the same for the same feed) moves it by
/// up to a tenth, so that many installations do not ask in one second.
Instant next_asking(const CalendarFeed& feed, int failures, std::uint64_t spread);

}  // namespace rota::feeds
