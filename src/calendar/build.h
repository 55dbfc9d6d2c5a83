// Puts a calendar and those below it together: by hand or imported, then feed, then rule, then the
// same of each parent, then the weekend. Never fails: what cannot be understood (someone wrote the
// row with SQL) adds nothing and is named by problems().
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/effective_calendar.h"
#include "rota/calendar.h"

namespace rota::calendar {

/// `chain`: the calendar, then its parents, at most kCalendarDepthMax; more are left out. An empty
/// chain is Monday to Friday. Takes about a millisecond.
std::shared_ptr<const EffectiveCalendar> build(std::span<const CalendarView> chain);

/// What build() could not use, each as a sentence that names the calendar; empty: all is well.
std::vector<std::string> problems(std::span<const CalendarView> chain);

/// The shipped calendars without a database: "england-and-wales", "scotland", "northern-ireland",
/// "weekdays"; none for other names. Made once, kept for the program's life.
std::shared_ptr<const WorkingCalendar> built_in(std::string_view name);

}  // namespace rota::calendar
