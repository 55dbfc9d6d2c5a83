#include "feeds/feed_choice.h"

#include "feeds/bank_holiday_service_adapter.h"

namespace rota::feeds {

CalendarFeed complete_feed(const FeedChoice& choice, const Calendar& calendar) {
  CalendarFeed feed;
  feed.calendar_id = calendar.id;
  const bool gov_uk = choice.url == kGovUkFormat;
  feed.url = gov_uk ? kGovUkAddress : choice.url;
  const bool is_json = gov_uk || feed.url.ends_with(".json");
  feed.format =
      !choice.format.empty() ? choice.format : std::string(is_json ? kGovUkFormat : kIcsFormat);
  if (feed.format == kGovUkFormat) {
    feed.division = choice.division.empty() ? calendar.rule : choice.division;
  }
  feed.refresh_s = choice.refresh_s;
  return feed;
}

bool needs_division(const CalendarFeed& feed) {
  return feed.format == kGovUkFormat && feed.division.empty();
}

}  // namespace rota::feeds
