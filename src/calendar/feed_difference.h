// Where the days of a feed and the computed ones do not agree, within the dates the feed covers:
// a proclaimed day that no rule can know, or a feed that is wrong.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rota/calendar.h"

namespace rota::calendar {

struct FeedDifference {
  LocalDate date{};
  std::string feed_title;      ///< Empty: the feed does not have the date.
  std::string computed_title;  ///< Empty: the rule does not have the date.
};

/// The rule of the calendar itself or of the nearest below it that has one; empty: none. `chain`:
/// the calendar, then its parents.
std::string_view rule_of(std::span<const CalendarView> chain);

/// By date. Titles that differ are listed too; apostrophes, case and blanks do not count. Empty
/// also when there is no such rule or the feed covers nothing yet.
std::vector<FeedDifference> compare_feed(const CalendarView& view, std::string_view rule);

}  // namespace rota::calendar
