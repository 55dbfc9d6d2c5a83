// The calendar commands, one function each, and what they share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/calendar_invocation.h"
#include "cli/commands.h"
#include "preview/calendar_set.h"

namespace rota::cli {

/// An open database with all its calendars.
struct CalendarDatabase {
  std::unique_ptr<Scheduler> scheduler;
  preview::CalendarSet calendars;

  store::Store& store() const { return scheduler->store(); }
};

Result<CalendarDatabase> open_calendars(const Context& context);

/// The calendars of the database; where there is none yet, the shipped ones, and a note says so.
Result<preview::CalendarSet> read_calendars(const Context& context);

/// "2026-12-25". The error names the argument.
Result<LocalDate> date_argument(std::string_view name, const std::string& text);

/// What a change would do to the slots of the next 60 days: a table, or JSON.
Result<int> print_preview(const Context& context, const CalendarDatabase& database,
                          const preview::CalendarSet& after);

/// One line after a change, or the calendar as JSON.
Result<int> print_saved(const Context& context, CalendarDatabase& database, CalendarId id,
                        const std::string& sentence);

/// The calendar itself as one JSON object; `year` adds the days of that year.
std::string calendar_json(const preview::CalendarSet& calendars, const CalendarView& view,
                          Instant now, std::optional<int> year);

Result<int> run_calendar(const CalendarList& command, const Context& context);
Result<int> run_calendar(const CalendarShow& command, const Context& context);
Result<int> run_calendar(const CalendarAdd& command, const Context& context);
Result<int> run_calendar(const CalendarEdit& command, const Context& context);
Result<int> run_calendar(const CalendarRemove& command, const Context& context);
Result<int> run_calendar(const CalendarDayAdd& command, const Context& context);
Result<int> run_calendar(const CalendarDayRemove& command, const Context& context);
Result<int> run_calendar(const CalendarImport& command, const Context& context);
Result<int> run_calendar(const CalendarFeedSet& command, const Context& context);
Result<int> run_calendar(const CalendarRefresh& command, const Context& context);
Result<int> run_calendar(const CalendarDiff& command, const Context& context);
Result<int> run_calendar(const CalendarDefault& command, const Context& context);

}  // namespace rota::cli
