#include "feeds/refresh_service.h"

#include <algorithm>

#include "feeds/freshness.h"
#include "feeds/refresh.h"

namespace rota::feeds {
namespace {

constexpr std::string_view kLogChannel = "calendars";

// Spreads feeds over time, the same for the same feed for ever.
std::uint64_t spread_of(const CalendarFeed& feed) {
  std::uint64_t hash = 14695981039346656037ULL ^ static_cast<std::uint64_t>(feed.calendar_id.value);
  for (const char c : feed.url) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

RefreshService::RefreshService(store::Store& store, handlers::HttpClient& client,
                               const Clock& clock, const base::Logger& logger, FeedLimits limits)
    : store_(store),
      clock_(clock),
      logger_(logger),
      adapter_(client, clock, limits),
      service_(clock, [this] { return run_once(); }) {}

RefreshService::~RefreshService() { stop(); }

void RefreshService::start() { service_.start("rota-feeds"); }

void RefreshService::stop() {
  stop_.request_stop();
  service_.stop();
}

SteadyTime RefreshService::run_once() {
  Duration wait = kLook;
  const auto feeds = store_.list_feeds();
  if (!feeds) {
    logger_.warning(kLogChannel, "the feeds of the calendars could not be read",
                    {{"error", feeds.error().message}});
    return clock_.steady_now() + wait;
  }
  for (const CalendarFeed& feed : *feeds) {
    if (stop_.stop_requested()) break;
    const Standing& standing = standing_[feed.calendar_id.value];
    const int failures = feed.error.empty() ? 0 : std::max(standing.failures, 1);
    const Instant due = next_asking(feed, failures, spread_of(feed));
    if (due <= clock_.now()) {
      ask(feed);
    } else {
      wait = std::min(wait, due - clock_.now());
    }
  }
  return clock_.steady_now() + std::max<Duration>(wait, std::chrono::seconds{1});
}

void RefreshService::ask(const CalendarFeed& feed) {
  const auto report = refresh(store_, adapter_, feed.calendar_id, false, stop_.get_token());
  Standing& standing = standing_[feed.calendar_id.value];
  if (!report) {
    // Somebody removed the feed or gave it another address meanwhile, or the server stops.
    if (report.error().code == ErrorCode::kCancelled) return;
    ++standing.failures;
    logger_.warning(kLogChannel, "what a feed answered could not be stored",
                    {{"feed", feed.url}, {"error", report.error().message}});
    return;
  }
  if (report->feed.error.empty()) {
    standing.failures = 0;
    if (!report->unchanged) {
      logger_.info(kLogChannel, "the days of a feed changed",
                   {{"calendar", report->calendar},
                    {"days", static_cast<std::int64_t>(report->days)},
                    {"added", static_cast<std::int64_t>(report->added.size())},
                    {"removed", static_cast<std::int64_t>(report->removed.size())}});
    }
  } else {
    ++standing.failures;
    logger_.warning(
        kLogChannel, "a feed did not answer well; the last good days stay",
        {{"calendar", report->calendar}, {"feed", feed.url}, {"error", report->feed.error}});
  }
  warn(report->feed.calendar_id, report->calendar, report->feed);
}

void RefreshService::warn(CalendarId id, const std::string& name, const CalendarFeed& feed) {
  std::string warning = warning_of(feed, clock_.now());
  Standing& standing = standing_[id.value];
  if (!warning.empty() && warning != standing.warned) {
    logger_.warning(kLogChannel, "a calendar's feed needs a look",
                    {{"calendar", name}, {"why", warning}});
  }
  standing.warned = std::move(warning);
}

}  // namespace rota::feeds
