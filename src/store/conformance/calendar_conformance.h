// What the tests about calendars share. A store joins them as it joins StoreConformanceTest.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "schedule/holiday_list.h"
#include "store/conformance/conformance.h"

namespace rota::store {

inline LocalDate on(std::string_view date) { return schedule::parse_local_date(date).value(); }

inline Holiday closed(std::string_view date, std::string title, std::string source = "hand") {
  return {on(date), std::move(title), std::move(source), true};
}

class CalendarConformanceTest : public StoreConformanceTest {
 protected:
  CalendarConformanceTest() { EXPECT_TRUE(store_->mark_calendar_changes()); }

  CalendarId id_of(const std::string& name) {
    return store_->load_calendar_by_name(name).value().calendar.id;
  }
  Calendar add_calendar(const std::string& name, std::optional<CalendarId> parent = {}) {
    Calendar calendar;
    calendar.name = name;
    calendar.parent_id = parent;
    auto stored = store_->add_calendar(calendar, "anna");
    EXPECT_TRUE(stored) << stored.error().message;
    return stored.value_or(calendar);
  }
  Calendar row_of(CalendarId id) { return store_->load_calendar(id).value().calendar; }
  std::vector<Holiday> days_of(CalendarId id) { return store_->load_calendar(id).value().holidays; }
  CalendarFeed add_feed(CalendarId id) {
    CalendarFeed feed;
    feed.calendar_id = id;
    feed.url = "http://127.0.0.1/days.ics";
    EXPECT_TRUE(store_->save_feed(feed, "anna"));
    return feed;
  }
  /// A planned task of working days.
  Task add_working(const std::string& name, std::optional<CalendarId> calendar) {
    Task task;
    task.name = name;
    task.type = "null";
    task.schedule = "30 9 * * *";
    task.working_days_only = true;
    task.calendar_id = calendar;
    Task stored = store_->add_task(task, "test").value();
    const PlanUpdate plan{stored.id, stored.version, clock_.now() + std::chrono::seconds{60}, {}};
    EXPECT_TRUE(store_->save_plans({&plan, 1}));
    return stored;
  }
  std::vector<std::string> unplanned() {
    std::vector<std::string> names;
    const auto tasks = store_->load_unplanned(100).value();
    for (const UnplannedTask& one : tasks) names.push_back(one.task.name);
    std::ranges::sort(names);
    return names;
  }
};

}  // namespace rota::store
