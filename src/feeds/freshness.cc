#include "feeds/freshness.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedule/clock_notes.h"

namespace rota::feeds {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

std::string how_long(Duration elapsed) {
  if (elapsed >= hours{48}) return fmt::format("{} days", elapsed / hours{24});
  if (elapsed >= hours{1}) return fmt::format("{} h", elapsed / hours{1});
  return fmt::format("{} min", std::max<Duration::rep>(elapsed / std::chrono::minutes{1}, 0));
}

seconds refresh_time(const CalendarFeed& feed) {
  constexpr std::int64_t kRefreshMostS = 366LL * 86'400;
  return seconds{std::clamp(feed.refresh_s, kRefreshLeastS, kRefreshMostS)};
}

}  // namespace

std::string age_of(const CalendarFeed& feed, Instant now) {
  return feed.fetched_at ? how_long(now - *feed.fetched_at) : "never";
}

std::string warning_of(const CalendarFeed& feed, Instant now) {
  if (!feed.fetched_at) {
    if (!feed.checked_at) return {};  // It has not been asked yet.
    return fmt::format("no days have come yet: {}", feed.error);
  }
  const bool stale = now - *feed.fetched_at > kStaleAfterRefreshes * refresh_time(feed);
  if (stale) {
    return fmt::format("its days are {} old{}{}", age_of(feed, now), feed.error.empty() ? "" : ": ",
                       feed.error);
  }
  if (feed.covers_until) {
    const LocalDate today{std::chrono::floor<days>(now).time_since_epoch()};
    const auto left = (*feed.covers_until - today).count();
    if (left < kNearTheEndDays) {
      return fmt::format("its days end on {}", schedule::format_date(static_cast<schedule::Day>(
                                                   feed.covers_until->time_since_epoch().count())));
    }
  }
  return {};
}

Instant next_asking(const CalendarFeed& feed, int failures, std::uint64_t spread) {
  constexpr int kDoublingsMax = 20;
  if (!feed.checked_at) return Instant{};
  Duration wait = refresh_time(feed);
  if (failures > 0) {
    const Duration backoff =
        seconds{60} * (std::int64_t{1} << std::min(failures - 1, kDoublingsMax));
    wait = std::min(wait, backoff);
  }
  constexpr std::uint64_t kSteps = 1'000;
  const Duration extra = wait / 10 * static_cast<std::int64_t>(spread % kSteps) / kSteps;
  return *feed.checked_at + wait + extra;
}

}  // namespace rota::feeds
