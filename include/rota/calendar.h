// A Calendar says which local dates are working days: a weekend, computed bank holidays, days from
// a feed and days made by hand, on top of another calendar. Field names are those of the tables
// `calendar`, `holiday` and `calendar_feed`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rota/task.h"
#include "rota/time.h"

namespace rota {

inline constexpr std::size_t kCalendarNameMax = 100;  // characters
inline constexpr std::size_t kHolidayTitleMax = 200;  // characters
inline constexpr std::size_t kHolidaysMax = 20'000;   // per calendar
inline constexpr std::size_t kCalendarDepthMax = 8;   // a calendar and those below it

/// The calendar that a task without one of its own follows, unless the setting
/// `default_calendar` names another.
inline constexpr const char* kDefaultCalendar = "england-and-wales";

/// One date with a say of its own. The order of precedence on a date: by hand, feed, rule, the
/// same of the parent, weekend.
struct Holiday {
  LocalDate date{};
  std::string title;            ///< "Easter Monday"; 1 to kHolidayTitleMax characters.
  std::string source = "hand";  ///< "hand", "import", "feed" or, when computed, "rule".
  bool closed = true;           ///< False: a working day in spite of weekend, rule and parent.
};

struct Calendar {
  CalendarId id;
  std::string name;  ///< Unique, 1 to kCalendarNameMax: "england-and-wales", "Acme".
  std::string description;
  std::optional<CalendarId> parent_id;  ///< What it stands on; its closed days are closed here too.
  std::optional<std::string> weekend;   ///< "sat,sun"; "": none; none: the parent's, or "sat,sun".
  std::string rule;  ///< Computed days: "england-and-wales", "scotland", "northern-ireland", or "".
  std::optional<LocalDate> valid_from;   ///< Before it, it adds nothing to its parent.
  std::optional<LocalDate> valid_until;  ///< After it, it adds nothing to its parent.
  std::int64_t version = 1;              ///< Grows with every change of its row or its days.
  Instant created_at{};
  Instant updated_at{};
  std::string updated_by;
};

/// An address that a calendar's days come from. Within the dates it covers, its days stand instead
/// of the computed ones.
struct CalendarFeed {
  CalendarId calendar_id;
  std::string url;
  std::string format = "ics";  ///< "gov.uk" (JSON of divisions) or "ics".
  std::string division;        ///< Of a gov.uk feed: "england-and-wales" ...
  std::int64_t refresh_s = 86'400;
  std::string etag;
  std::string last_modified;
  std::optional<Instant> fetched_at;  ///< When the days that stand now came.
  std::optional<Instant> checked_at;  ///< When it was last asked, with any outcome.
  std::optional<LocalDate> covers_from;
  std::optional<LocalDate> covers_until;
  std::string error;  ///< Of the last asking; empty: it went well.
};

/// A calendar with everything that belongs to it alone (not to its parent).
struct CalendarView {
  Calendar calendar;
  std::vector<Holiday> holidays;  ///< Stored ones, by date; computed ones are not among them.
  std::optional<CalendarFeed> feed;
};

}  // namespace rota
