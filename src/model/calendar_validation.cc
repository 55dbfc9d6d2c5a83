#include "model/calendar_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/faults.h"
#include "model/limits.h"

namespace rota::model {
namespace {

constexpr std::array<std::string_view, 4> kRules{"", "england-and-wales", "scotland",
                                                 "northern-ireland"};
constexpr std::array<std::string_view, 3> kSources{"hand", "import", "feed"};
constexpr std::array<std::string_view, 2> kFormats{"ics", "gov.uk"};
constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::ranges::find(words, word) != std::end(words);
}

// As it is stored: three-letter days, commas and blanks between.
bool is_weekend(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(", "), text.size());
    if (end > 0 && !is_one_of(text.substr(0, end), kDays)) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

void check_date(std::string_view field, const std::optional<LocalDate>& date, Faults& faults) {
  if (!date || (*date >= kCalendarFirst && *date <= kCalendarLast)) return;
  faults.add(field, {"must lie between 1970-01-01 and 2199-12-31", std::nullopt});
}

}  // namespace

Result<void> validate_calendar(const Calendar& calendar) {
  Faults faults("the calendar is not valid");
  faults.add_if("name", check_text(calendar.name, {1, kCalendarNameMax}));
  faults.add_if("description",
                check_text(calendar.description, {0, kDescriptionMax, Lines::kMany}));
  if (calendar.weekend &&
      (calendar.weekend->size() > kWeekendMax || !is_weekend(*calendar.weekend))) {
    faults.add("weekend", {"must be days like sat,sun; leave it empty for none", std::nullopt});
  }
  if (!is_one_of(calendar.rule, kRules)) {
    faults.add("rule",
               {"must be empty, england-and-wales, scotland or northern-ireland", std::nullopt});
  }
  check_date("valid_from", calendar.valid_from, faults);
  check_date("valid_until", calendar.valid_until, faults);
  if (calendar.valid_from && calendar.valid_until && *calendar.valid_until < *calendar.valid_from) {
    faults.add("valid_until", {"must not be before valid_from", std::nullopt});
  }
  if (calendar.parent_id && calendar.id.is_set() && *calendar.parent_id == calendar.id) {
    faults.add("parent_id", {"cannot be the calendar itself", std::nullopt});
  }
  return std::move(faults).verdict();
}

Result<void> validate_holidays(std::span<const Holiday> holidays) {
  if (holidays.size() > kHolidaysMax) {
    return fail(
        ErrorCode::kLimitExceeded,
        fmt::format("a calendar has {} days at most, not {}", kHolidaysMax, holidays.size()),
        "leave out the years that are long past");
  }
  for (const Holiday& holiday : holidays) {
    Faults faults("the day is not valid");
    check_date("date", holiday.date, faults);
    if (auto fault = check_text(holiday.title, {1, kHolidayTitleMax})) {
      fault->message += fmt::format(" (of {})", format_date(holiday.date));
      faults.add("title", std::move(*fault));
    }
    if (!is_one_of(holiday.source, kSources)) {
      faults.add("source", {"must be hand, import or feed", std::nullopt});
    }
    if (auto verdict = std::move(faults).verdict(); !verdict) return verdict;
  }
  return {};
}

Result<void> validate_feed(const CalendarFeed& feed) {
  Faults faults("the feed is not valid");
  auto url_fault = check_text(feed.url, {1, kFeedUrlMax});
  if (!url_fault && !feed.url.starts_with("https://") && !feed.url.starts_with("http://")) {
    url_fault = TextFault{"must begin with https:// or http://", std::nullopt};
  }
  faults.add_if("url", std::move(url_fault));
  if (!is_one_of(feed.format, kFormats)) {
    faults.add("format", {"must be ics or gov.uk", std::nullopt});
  }
  faults.add_if("division", check_text(feed.division, {0, kDivisionMax}));
  faults.range("refresh_s", feed.refresh_s, kFeedRefreshMin, kFeedRefreshMax);
  check_date("covers_from", feed.covers_from, faults);
  check_date("covers_until", feed.covers_until, faults);
  return std::move(faults).verdict();
}

std::string format_date(LocalDate date) {
  const std::chrono::year_month_day day{date};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

}  // namespace rota::model
