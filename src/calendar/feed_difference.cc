#include "calendar/feed_difference.h"

#include <map>

#include "calendar/uk_bank_holidays.h"
#include "schedule/words.h"

namespace rota::calendar {
namespace {

// Letters and digits alone, in small letters: "New Year’s Day" and "New Year's day" are the same.
std::string bare(std::string_view title) {
  std::string letters;
  for (const char c : title) {
    if (schedule::is_letter(c) || schedule::is_digit(c)) letters += schedule::to_lower(c);
  }
  return letters;
}

}  // namespace

std::string_view rule_of(std::span<const CalendarView> chain) {
  for (const CalendarView& one : chain) {
    if (!one.calendar.rule.empty()) return one.calendar.rule;
  }
  return {};
}

std::vector<FeedDifference> compare_feed(const CalendarView& view, std::string_view rule) {
  if (!view.feed || !view.feed->covers_from || !view.feed->covers_until) return {};
  const auto computed = computed_days(rule);
  if (computed.empty()) return {};
  std::map<LocalDate, FeedDifference> by_date;
  for (const Holiday& day : computed) {
    if (day.date < *view.feed->covers_from || day.date > *view.feed->covers_until) continue;
    by_date[day.date].computed_title = day.title;
  }
  for (const Holiday& day : view.holidays) {
    if (day.source == "feed") by_date[day.date].feed_title = day.title;
  }
  std::vector<FeedDifference> found;
  for (auto& [date, difference] : by_date) {
    difference.date = date;
    if (bare(difference.feed_title) != bare(difference.computed_title)) {
      found.push_back(std::move(difference));
    }
  }
  return found;
}

}  // namespace rota::calendar
