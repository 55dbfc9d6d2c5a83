// All calendars of a database as values: a change can be tried on a copy, and two sets compared.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "calendar/effective_calendar.h"
#include "rota/calendar.h"
#include "rota/result.h"
#include "store/store.h"

namespace rota::preview {

/// Not thread-safe; copies share nothing.
class CalendarSet {
 public:
  static Result<CalendarSet> load(store::Store& store);
  /// Those that every new database has: the three of the United Kingdom, and Monday to Friday.
  static CalendarSet shipped();

  const std::vector<CalendarView>& all() const { return views_; }
  CalendarView* find(CalendarId id);
  const CalendarView* find(CalendarId id) const;
  /// By name, or by id when no calendar has that name. Errors: kNotFound, naming a similar one.
  Result<CalendarView*> find(std::string_view name_or_id);

  CalendarId default_id() const { return default_; }
  void set_default(CalendarId id) { default_ = id; }
  /// Gives it an id of its own that no database has.
  CalendarView& add(CalendarView view);
  void remove(CalendarId id);

  /// The calendar (none: the default) and its parents; shorter when a parent is not there.
  std::vector<CalendarView> chain(std::optional<CalendarId> id) const;
  /// Built anew with every call.
  std::shared_ptr<const calendar::EffectiveCalendar> effective(std::optional<CalendarId> id) const;

 private:
  std::vector<CalendarView> views_;
  CalendarId default_;
};

/// Sets the day, instead of what stood on its date.
void put_day(CalendarView& view, const Holiday& day);
/// All days of one source at once, with the precedence that the store keeps: by hand, then
/// imported, then of a feed.
void replace_days(CalendarView& view, std::string_view source, std::vector<Holiday> days);

}  // namespace rota::preview
