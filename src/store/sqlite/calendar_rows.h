// Rows of `calendar`, `holiday` and `calendar_feed`. Functions over one connection; the caller
// decides about transactions. Triggers count versions and write down every change.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "rota/calendar.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

Result<std::vector<Calendar>> query_calendars(Connection& connection);
Result<Calendar> find_calendar_row(Connection& connection, CalendarId id);
Result<CalendarView> find_calendar(Connection& connection, CalendarId id);
Result<CalendarView> find_calendar_by_name(Connection& connection, std::string_view name);
Result<std::vector<CalendarView>> find_chain(Connection& connection, std::optional<CalendarId> id);
Result<Calendar> find_default(Connection& connection);

Result<void> choose_default(Connection& connection, CalendarId id, Instant now,
                            std::string_view by);
Result<Calendar> insert_calendar(Connection& connection, const Calendar& calendar, Instant now,
                                 std::string_view by);
Result<Calendar> change_calendar(Connection& connection, const Calendar& calendar, Instant now,
                                 std::string_view by);
Result<void> delete_calendar(Connection& connection, CalendarId id);
/// Notes who changed a calendar's days, when anything was written since `changes_before`.
Result<void> sign_calendar(Connection& connection, CalendarId id, std::int64_t changes_before,
                           Instant now, std::string_view by);

Result<std::vector<Holiday>> query_holidays(Connection& connection, const Calendar& calendar);
Result<void> store_holidays(Connection& connection, CalendarId calendar,
                            std::span<const Holiday> holidays, Instant now, std::string_view by);
Result<void> exchange_holidays(Connection& connection, CalendarId calendar, std::string_view source,
                               std::span<const Holiday> holidays, Instant now, std::string_view by);
Result<std::size_t> delete_holidays(Connection& connection, CalendarId calendar,
                                    std::span<const LocalDate> dates, Instant now,
                                    std::string_view by);

Result<std::optional<CalendarFeed>> find_feed(Connection& connection, CalendarId calendar);
Result<std::vector<CalendarFeed>> query_feeds(Connection& connection);
Result<void> store_feed(Connection& connection, const CalendarFeed& feed, Instant now,
                        std::string_view by);
Result<void> delete_feed(Connection& connection, CalendarId calendar, Instant now,
                         std::string_view by);
Result<void> store_feed_result(Connection& connection, const CalendarFeed& feed,
                               const std::optional<std::vector<Holiday>>& holidays, Instant now);

/// Whether mark_changes() would find something.
Result<bool> has_unmarked_changes(Connection& connection);
Result<CalendarMarks> mark_changes(Connection& connection);
Result<std::int64_t> last_calendar_change(Connection& connection);
/// Old rows of calendar_change that have been followed.
Result<void> remove_old_calendar_changes(Connection& connection);

/// A date that stands in a row; kInvalidArgument naming `where` when it is none.
Result<LocalDate> read_date(const Statement& row, int column, std::string_view where);
Result<std::optional<LocalDate>> read_optional_date(const Statement& row, int column,
                                                    std::string_view where);

}  // namespace rota::store
