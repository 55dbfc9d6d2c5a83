// Calendars as JSON, and the way back from what somebody sends.
#pragma once

#include <string>

#include "api/json_body.h"
#include "api/json_writer.h"
#include "rota/calendar.h"

namespace rota::api {

/// What a calendar looks like depends on these, too.
struct CalendarFrame {
  CalendarId default_id;
  Instant now{};
};

enum class CalendarDays { kLeftOut, kWritten };

void write_calendar(JsonWriter& json, const CalendarView& view, const CalendarFrame& frame,
                    CalendarDays days);
std::string calendar_text(const CalendarView& view, const CalendarFrame& frame, CalendarDays days);
/// {"date":..., "title":..., "source":..., "closed":...}
void write_day(JsonWriter& json, const Holiday& day);
void write_feed(JsonWriter& json, const CalendarFeed& feed, Instant now);
/// "2026-12-25", or null.
void write_date(JsonWriter& json, std::string_view name, const std::optional<LocalDate>& date);

/// Reads the fields that are there into `calendar`; complains about the others. Members that only
/// the server sets are passed over, so that what was read can be sent back.
void read_calendar_fields(JsonBody& body, Calendar& calendar);
/// {"title", "closed"} of that date.
Holiday read_day(JsonBody& body, LocalDate date);

}  // namespace rota::api
