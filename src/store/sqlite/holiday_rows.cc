// The days of a calendar. One row per date: a source may take the place of one below it (by hand,
// imported, feed), never of one above.
#include <fmt/format.h>

#include <array>
#include <map>

#include "model/calendar_validation.h"
#include "store/sqlite/calendar_rows.h"

namespace rota::store {
namespace {

constexpr std::array<std::string_view, 3> kByRank{"feed", "import", "hand"};

std::size_t rank_of(std::string_view source) {
  for (std::size_t i = 0; i < kByRank.size(); ++i) {
    if (kByRank[i] == source) return i;
  }
  return 0;
}

// Nothing is written where nothing changes, so that no trigger fires.
Result<void> put(Connection& connection, CalendarId calendar, const Holiday& holiday) {
  auto save = connection.prepare(
      "INSERT INTO holiday (calendar_id, date, title, source, closed) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (calendar_id, date) DO UPDATE SET title = excluded.title,"
      " source = excluded.source, closed = excluded.closed"
      " WHERE title <> excluded.title OR source <> excluded.source OR closed <> excluded.closed");
  if (!save) return fail(save.error());
  const std::string date = model::format_date(holiday.date);
  return save->bind(calendar.value)
      .bind(date)
      .bind(holiday.title)
      .bind(holiday.source)
      .bind(holiday.closed)
      .run();
}

Result<bool> remove(Connection& connection, CalendarId calendar, LocalDate date) {
  auto erase = connection.prepare("DELETE FROM holiday WHERE calendar_id = ? AND date = ?");
  if (!erase) return fail(erase.error());
  const std::string text = model::format_date(date);
  if (auto done = erase->bind(calendar.value).bind(text).run(); !done) return fail(done.error());
  return connection.changes() > 0;
}

Result<void> check_count(Connection& connection, CalendarId calendar) {
  auto count = connection.prepare("SELECT count(*) FROM holiday WHERE calendar_id = ?");
  if (!count) return fail(count.error());
  const auto row = count->bind(calendar.value).step();
  if (!row) return fail(row.error());
  if (count->integer(0) <= static_cast<std::int64_t>(kHolidaysMax)) return {};
  return fail(ErrorCode::kLimitExceeded,
              fmt::format("a calendar has {} days at most", kHolidaysMax),
              "remove the years that are long past");
}

}  // namespace

Result<std::vector<Holiday>> query_holidays(Connection& connection, const Calendar& calendar) {
  auto select = connection.prepare(
      "SELECT date, title, source, closed FROM holiday WHERE calendar_id = ? ORDER BY date"
      " LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(calendar.id.value).bind(static_cast<std::int64_t>(kHolidaysMax) + 1);
  std::vector<Holiday> holidays;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return holidays;
    if (holidays.size() == kHolidaysMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("calendar '{}' has more than {} days", calendar.name, kHolidaysMax),
                  "remove the years that are long past");
    }
    const auto date = read_date(*select, 0, calendar.name);
    if (!date) return fail(date.error());
    holidays.push_back({*date, select->text(1), select->text(2), select->integer(3) != 0});
  }
}

Result<void> store_holidays(Connection& connection, CalendarId calendar,
                            std::span<const Holiday> holidays, Instant now, std::string_view by) {
  if (auto valid = model::validate_holidays(holidays); !valid) return valid;
  if (auto there = find_calendar_row(connection, calendar); !there) return fail(there.error());
  const std::int64_t before = connection.total_changes();
  for (const Holiday& holiday : holidays) {
    if (auto done = put(connection, calendar, holiday); !done) return done;
  }
  if (auto fits = check_count(connection, calendar); !fits) return fits;
  return sign_calendar(connection, calendar, before, now, by);
}

Result<void> exchange_holidays(Connection& connection, CalendarId calendar, std::string_view source,
                               std::span<const Holiday> holidays, Instant now,
                               std::string_view by) {
  std::map<LocalDate, Holiday> wanted;
  for (const Holiday& holiday : holidays) {
    wanted.emplace(holiday.date, holiday).first->second.source = source;
  }
  std::vector<Holiday> all;
  for (const auto& [date, holiday] : wanted) all.push_back(holiday);
  if (auto valid = model::validate_holidays(all); !valid) return valid;
  const auto row = find_calendar_row(connection, calendar);
  if (!row) return fail(row.error());
  const auto stored = query_holidays(connection, *row);
  if (!stored) return fail(stored.error());
  const std::int64_t before = connection.total_changes();
  for (const Holiday& old : *stored) {
    if (rank_of(old.source) > rank_of(source)) wanted.erase(old.date);
    if (old.source != source || wanted.contains(old.date)) continue;
    if (auto done = remove(connection, calendar, old.date); !done) return fail(done.error());
  }
  for (const auto& [date, holiday] : wanted) {
    if (auto done = put(connection, calendar, holiday); !done) return done;
  }
  if (auto fits = check_count(connection, calendar); !fits) return fits;
  return sign_calendar(connection, calendar, before, now, by);
}

Result<std::size_t> delete_holidays(Connection& connection, CalendarId calendar,
                                    std::span<const LocalDate> dates, Instant now,
                                    std::string_view by) {
  if (auto there = find_calendar_row(connection, calendar); !there) return fail(there.error());
  const std::int64_t before = connection.total_changes();
  std::size_t removed = 0;
  for (const LocalDate date : dates) {
    const auto gone = remove(connection, calendar, date);
    if (!gone) return fail(gone.error());
    if (*gone) ++removed;
  }
  if (auto done = sign_calendar(connection, calendar, before, now, by); !done) {
    return fail(done.error());
  }
  return removed;
}

}  // namespace rota::store
