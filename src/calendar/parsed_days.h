// What a file or an address of others came to: days by date, each date once, and what a person
// should know about how they were read.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rota/calendar.h"
#include "rota/result.h"

namespace rota::calendar {

/// More bytes than this are refused before anything is read.
inline constexpr std::size_t kTextBytesMax = 1 << 20;
/// The same of an iCalendar text: 20,000 events of some hundred bytes.
inline constexpr std::size_t kIcsBytesMax = 10 << 20;

struct ParsedDays {
  std::vector<Holiday> days;       ///< By date, each date once, at least one.
  std::vector<std::string> notes;  ///< What was left out or merged; at most some twenty sentences.
};

/// From the first to the last date that the days speak for: whole years where they begin in the
/// first days of January and end in December.
std::pair<LocalDate, LocalDate> covered_by(const ParsedDays& parsed);

/// What is wrong with a text before its format is looked at: empty, too large, or a web page.
/// `kind` completes "this is not ..." ("an iCalendar file").
Result<void> check_text(std::string_view text, std::string_view kind,
                        std::size_t bytes_max = kTextBytesMax);

/// Gathers days; keeps the first of each date.
class DayCollector {
 public:
  static constexpr int kFirstYear = 1970;
  static constexpr int kLastYear = 2099;

  /// First and last date that a calendar knows.
  static std::pair<LocalDate, LocalDate> range();
  static bool is_in_range(LocalDate date);

  /// The title is made one printable line of at most kHolidayTitleMax bytes; empty: "holiday".
  void add(LocalDate date, std::string_view title);
  void note(std::string sentence);
  bool is_full() const { return days_.size() > kDaysMax; }

  /// Errors: kLimitExceeded when more than kHolidaysMax dates came; kInvalidArgument when none did.
  Result<ParsedDays> finish(std::string_view source);

 private:
  static constexpr std::size_t kDaysMax = 3 * kHolidaysMax;  // before dates are merged
  static constexpr std::size_t kNotesMax = 20;

  std::vector<Holiday> days_;
  std::vector<std::string> notes_;
};

}  // namespace rota::calendar
