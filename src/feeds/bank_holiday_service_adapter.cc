#include "feeds/bank_holiday_service_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/utf8.h"
#include "calendar/gov_uk_json.h"
#include "calendar/uk_bank_holidays.h"
#include "feeds/days_file.h"
#include "feeds/http_wait.h"
#include "schedule/clock_notes.h"

namespace rota::feeds {
namespace {

constexpr std::size_t kHeaderMax = 500;  // bytes of an etag or a date that are kept
constexpr std::size_t kErrorMax = 500;

LocalDate today_of(Instant now) {
  return LocalDate{std::chrono::floor<std::chrono::days>(now).time_since_epoch()};
}

std::string written(LocalDate date) {
  return schedule::format_date(static_cast<schedule::Day>(date.time_since_epoch().count()));
}

std::string header_of(const handlers::HttpAnswer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name && value.size() <= kHeaderMax) return value;
  }
  return {};
}

bool has_feed_days(const CalendarView& view) {
  return std::ranges::any_of(view.holidays, [](const Holiday& d) { return d.source == "feed"; });
}

std::size_t count_from(LocalDate first, const std::vector<Holiday>& days, bool feed_only) {
  return static_cast<std::size_t>(std::ranges::count_if(days, [&](const Holiday& day) {
    return day.date >= first && (!feed_only || day.source == "feed");
  }));
}

// An answer can be well formed and still be wrong: last year's file, or a list cut to nothing.
std::string why_implausible(const CalendarView& view, const std::vector<Holiday>& days,
                            LocalDate today, bool accept_fewer) {
  const std::size_t to_come = count_from(today, days, false);
  if (to_come == 0) {
    return fmt::format("all its {} days are past; the last is {}", days.size(),
                       written(days.back().date));
  }
  if (accept_fewer) return {};
  const auto next_year = today + std::chrono::days{365};
  const auto computed = std::ranges::count_if(
      calendar::computed_days(view.calendar.rule),
      [&](const Holiday& day) { return day.date >= today && day.date < next_year; });
  if (to_come * 2 < static_cast<std::size_t>(computed)) {
    return fmt::format("it has only {} days to come; {} are computed for the next year alone",
                       to_come, computed);
  }
  const std::size_t before = count_from(today, view.holidays, true);
  if (to_come * 2 < before) {
    return fmt::format("it has only {} days to come where there were {}", to_come, before);
  }
  return {};
}

}  // namespace

handlers::HttpRequest BankHolidayServiceAdapter::request_for(const CalendarView& view) const {
  const CalendarFeed& feed = *view.feed;
  handlers::HttpRequest request;
  request.url = feed.url;
  request.headers = {
      {"Accept", feed.format == kGovUkFormat ? "application/json" : "text/calendar"}};
  // Without the days themselves "not modified" would be no answer.
  if (has_feed_days(view)) {
    if (!feed.etag.empty()) request.headers.emplace_back("If-None-Match", feed.etag);
    if (!feed.last_modified.empty()) {
      request.headers.emplace_back("If-Modified-Since", feed.last_modified);
    }
  }
  request.connect_timeout = limits_.connect_timeout;
  request.timeout = limits_.timeout;
  request.redirects_max = limits_.redirects_max;
  request.answer_bytes_max = calendar::kTextBytesMax;
  return request;
}

void BankHolidayServiceAdapter::read_answer(const CalendarView& view,
                                            const handlers::HttpAnswer& answer, bool accept_fewer,
                                            FeedOutcome& outcome) const {
  CalendarFeed& feed = outcome.feed;
  if (answer.status == 304 && has_feed_days(view)) {
    outcome.unchanged = true;
    feed.fetched_at = feed.checked_at;
    return;
  }
  if (answer.status != 200) {
    feed.error = fmt::format("the address answered with status {}", answer.status);
    return;
  }
  auto parsed = feed.format == kGovUkFormat
                    ? calendar::parse_gov_uk_json(answer.body, feed.division)
                    : read_days_file(answer.body);
  if (!parsed) {
    feed.error = parsed.error().message;
    return;
  }
  feed.error = why_implausible(view, parsed->days, today_of(*feed.checked_at), accept_fewer);
  if (!feed.error.empty()) return;
  std::tie(feed.covers_from, feed.covers_until) = calendar::covered_by(*parsed);
  feed.etag = header_of(answer, "etag");
  feed.last_modified = header_of(answer, "last-modified");
  feed.fetched_at = feed.checked_at;
  for (Holiday& day : parsed->days) day.source = "feed";
  outcome.days = std::move(parsed->days);
  outcome.notes = std::move(parsed->notes);
}

std::optional<FeedOutcome> BankHolidayServiceAdapter::ask(const CalendarView& view,
                                                          bool accept_fewer,
                                                          std::stop_token stop) const {
  FeedOutcome outcome;
  outcome.feed = *view.feed;
  const auto answer = send_and_wait(client_, request_for(view), stop);
  if (!answer && stop.stop_requested()) return std::nullopt;
  outcome.feed.checked_at = clock_.now();
  outcome.feed.error.clear();
  if (answer) {
    read_answer(view, *answer, accept_fewer, outcome);
  } else {
    outcome.feed.error = answer.error().message;
  }
  outcome.feed.error = base::one_line(outcome.feed.error, kErrorMax);
  return outcome;
}

}  // namespace rota::feeds
