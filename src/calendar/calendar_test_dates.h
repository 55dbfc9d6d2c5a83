// Short ways to write dates and calendars in the tests of this folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rota/calendar.h"
#include "schedule/holiday_list.h"

namespace rota::calendar {

inline LocalDate on(std::string_view date) { return schedule::parse_local_date(date).value(); }

inline Holiday closed(std::string_view date, std::string title, std::string source = "hand") {
  return {on(date), std::move(title), std::move(source), true};
}

inline Holiday open(std::string_view date, std::string title) {
  return {on(date), std::move(title), "hand", false};
}

inline CalendarView calendar_named(std::string name, std::string rule = {},
                                   std::vector<Holiday> days = {}) {
  CalendarView view;
  view.calendar.name = std::move(name);
  view.calendar.rule = std::move(rule);
  view.holidays = std::move(days);
  return view;
}

}  // namespace rota::calendar
