// RRULE to dates, by libical behind a guard. libical can search for ever in rules of hours, minutes
// and seconds, so only days and longer reach it, and only within the years that a calendar knows.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "calendar/ics_event.h"

namespace rota::calendar {

/// Says that the processor time given to a text is used up; asked between steps of at most a
/// quarter of a second.
using TimeIsUp = std::function<bool()>;

/// The most dates that one rule may give: every day of 130 years would be 47,482.
inline constexpr std::size_t kRuleDatesMax = 20'000;
/// The same of all rules of a text together.
inline constexpr std::size_t kAllRuleDatesMax = 200'000;
/// Rules of days, weeks and months begin here at the earliest: libical walks through every day
/// from there. A yearly one may be as old as its feast.
inline constexpr int kRuleFirstYear = 1900;

/// What reading one text has cost so far.
class IcsEffort {
 public:
  /// `is_time_up` may be none: bounded by counts alone.
  explicit IcsEffort(const TimeIsUp& is_time_up) : is_time_up_(is_time_up) {}

  /// Asks whether the time is up.
  bool is_up() const { return is_time_up_ && is_time_up_(); }
  /// Counts a small step, and asks once for many of them.
  bool is_up_after_step() { return ++steps_ % kStepsPerLook == 0 && is_up(); }
  /// False: the rules give too many dates together.
  bool add_rule_date() { return ++rule_dates_ <= kAllRuleDatesMax; }
  /// Of the rule that is worked out now.
  std::size_t add_rule() { return ++rules_; }
  std::size_t rules() const { return rules_; }

 private:
  static constexpr std::size_t kStepsPerLook = 64;

  const TimeIsUp& is_time_up_;
  std::size_t steps_ = 0;
  std::size_t rule_dates_ = 0;
  std::size_t rules_ = 0;
};

/// The dates on which the event begins, DTSTART and RDATE among them, EXDATE not; by date.
/// Errors: kInvalidArgument with the line (a rule below a day, one that gives no date, one that is
/// not understood), kLimitExceeded (dates, time).
Result<std::vector<LocalDate>> starts_of(const IcsEvent& event, IcsEffort& effort);

/// The error when the time is up at that event.
tl::unexpected<Error> ics_time_is_up(const IcsEvent& event, const IcsEffort& effort);

}  // namespace rota::calendar
