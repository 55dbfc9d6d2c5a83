// Where a calendar's days come from, and what the last asking came to.
#include <fmt/format.h>

#include "model/calendar_validation.h"
#include "store/sqlite/calendar_rows.h"

namespace rota::store {
namespace {

#define ROTA_FEED_COLUMNS                                                           \
  "calendar_id, url, format, division, refresh_s, etag, last_modified, fetched_at," \
  " checked_at, covers_from, covers_until, error"

constexpr std::size_t kErrorMost = 1000;

Result<CalendarFeed> read_feed(const Statement& row) {
  CalendarFeed feed;
  feed.calendar_id = CalendarId{row.integer(0)};
  feed.url = row.text(1);
  feed.format = row.text(2);
  feed.division = row.text(3);
  feed.refresh_s = row.integer(4);
  feed.etag = row.text(5);
  feed.last_modified = row.text(6);
  feed.fetched_at = row.optional_instant(7);
  feed.checked_at = row.optional_instant(8);
  const auto from = read_optional_date(row, 9, std::to_string(feed.calendar_id.value));
  if (!from) return fail(from.error());
  const auto until = read_optional_date(row, 10, std::to_string(feed.calendar_id.value));
  if (!until) return fail(until.error());
  feed.covers_from = *from;
  feed.covers_until = *until;
  feed.error = row.text(11);
  return feed;
}

Error no_feed(CalendarId calendar) {
  return Error{ErrorCode::kNotFound,
               fmt::format("calendar {} has no feed", calendar.value),
               "give it one first",
               std::nullopt,
               {}};
}

bool is_same_source(const CalendarFeed& a, const CalendarFeed& b) {
  return a.url == b.url && a.format == b.format && a.division == b.division;
}

Result<void> save_notes(Connection& connection, const CalendarFeed& feed) {
  auto update = connection.prepare(
      "UPDATE calendar_feed SET etag = ?, last_modified = ?, fetched_at = ?, checked_at = ?,"
      " covers_from = ?, covers_until = ?, error = ? WHERE calendar_id = ?");
  if (!update) return fail(update.error());
  std::optional<std::string> from;
  std::optional<std::string> until;
  if (feed.covers_from) from = model::format_date(*feed.covers_from);
  if (feed.covers_until) until = model::format_date(*feed.covers_until);
  return update->bind(feed.etag)
      .bind(feed.last_modified)
      .bind(feed.fetched_at)
      .bind(feed.checked_at)
      .bind(from)
      .bind(until)
      .bind(std::string_view(feed.error).substr(0, kErrorMost))
      .bind(feed.calendar_id.value)
      .run();
}

}  // namespace

Result<std::optional<CalendarFeed>> find_feed(Connection& connection, CalendarId calendar) {
  auto select =
      connection.prepare("SELECT " ROTA_FEED_COLUMNS " FROM calendar_feed WHERE calendar_id = ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(calendar.value).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<CalendarFeed>{};
  auto feed = read_feed(*select);
  if (!feed) return fail(feed.error());
  return std::optional<CalendarFeed>{std::move(*feed)};
}

Result<std::vector<CalendarFeed>> query_feeds(Connection& connection) {
  auto select =
      connection.prepare("SELECT " ROTA_FEED_COLUMNS " FROM calendar_feed ORDER BY calendar_id");
  if (!select) return fail(select.error());
  std::vector<CalendarFeed> feeds;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return feeds;
    auto feed = read_feed(*select);
    if (!feed) return fail(feed.error());
    feeds.push_back(std::move(*feed));
  }
}

Result<void> store_feed(Connection& connection, const CalendarFeed& feed, Instant now,
                        std::string_view by) {
  if (auto valid = model::validate_feed(feed); !valid) return valid;
  const auto there = find_calendar_row(connection, feed.calendar_id);
  if (!there) return fail(there.error());
  const auto old = find_feed(connection, feed.calendar_id);
  if (!old) return fail(old.error());
  const std::int64_t before = connection.total_changes();
  auto save = connection.prepare(
      "INSERT INTO calendar_feed (calendar_id, url, format, division, refresh_s)"
      " VALUES (?, ?, ?, ?, ?) ON CONFLICT (calendar_id) DO UPDATE SET url = excluded.url,"
      " format = excluded.format, division = excluded.division, refresh_s = excluded.refresh_s");
  if (!save) return fail(save.error());
  const auto done = save->bind(feed.calendar_id.value)
                        .bind(feed.url)
                        .bind(feed.format)
                        .bind(feed.division)
                        .bind(feed.refresh_s)
                        .run();
  if (!done) return done;
  if (*old && !is_same_source(**old, feed)) {
    CalendarFeed unknown;
    unknown.calendar_id = feed.calendar_id;
    if (auto forgot = save_notes(connection, unknown); !forgot) return forgot;
  }
  return sign_calendar(connection, feed.calendar_id, before, now, by);
}

Result<void> delete_feed(Connection& connection, CalendarId calendar, Instant now,
                         std::string_view by) {
  auto remove = connection.prepare("DELETE FROM calendar_feed WHERE calendar_id = ?");
  if (!remove) return fail(remove.error());
  if (auto done = remove->bind(calendar.value).run(); !done) return done;
  if (connection.changes() == 0) return fail(no_feed(calendar));
  auto days = connection.prepare("DELETE FROM holiday WHERE calendar_id = ? AND source = 'feed'");
  if (!days) return fail(days.error());
  if (auto done = days->bind(calendar.value).run(); !done) return done;
  return sign_calendar(connection, calendar, -1, now, by);
}

Result<void> store_feed_result(Connection& connection, const CalendarFeed& feed,
                               const std::optional<std::vector<Holiday>>& holidays, Instant now) {
  if (auto valid = model::validate_feed(feed); !valid) return valid;
  const auto stored = find_feed(connection, feed.calendar_id);
  if (!stored) return fail(stored.error());
  if (!*stored) return fail(no_feed(feed.calendar_id));
  if (!is_same_source(**stored, feed)) {
    return fail(ErrorCode::kVersionConflict, "the feed has another address by now",
                "read it again, then ask the new address");
  }
  if (auto done = save_notes(connection, feed); !done) return done;
  if (!holidays) return {};
  return exchange_holidays(connection, feed.calendar_id, "feed", *holidays, now, "feed");
}

}  // namespace rota::store
