// `rota calendar feed` and `refresh`: days that come from an address.
#include <fmt/format.h>

#include <algorithm>

#include "api/json_writer.h"
#include "cli/calendar_audit.h"
#include "cli/calendar_commands.h"
#include "cli/text.h"
#include "feeds/feed_choice.h"
#include "feeds/refresh.h"
#include "model/calendar_validation.h"
#include "net/curl_http_client.h"

namespace rota::cli {
namespace {

Result<int> remove_feed(const CalendarFeedSet& command, const Context& context,
                        CalendarDatabase& database) {
  preview::CalendarSet after = database.calendars;
  const auto found = after.find(command.name);
  if (!found) return fail(found.error());
  CalendarView& view = **found;
  if (!view.feed) {
    return fail(ErrorCode::kNotFound,
                fmt::format("calendar '{}' has no feed", escape_text(view.calendar.name)));
  }
  const std::string before = note_text(context, view.feed);
  view.feed.reset();
  preview::replace_days(view, "feed", {});
  if (command.dry_run) return print_preview(context, database, after);
  const CalendarId id = view.calendar.id;
  const CalendarAudit audit(context, database, "calendar.feed", {id, before, {}});
  if (auto removed = database.store().remove_feed(id, context.user); !removed) {
    return fail(removed.error());
  }
  return print_saved(context, database, id,
                     fmt::format("{}: the feed and its days are gone; rule, imported days and days "
                                 "by hand count again",
                                 escape_text(view.calendar.name)));
}

std::string outcome_text(const feeds::RefreshReport& report) {
  if (!report.feed.error.empty()) {
    return fmt::format("{}; the last good days stay", escape_text(report.feed.error));
  }
  if (report.unchanged) return fmt::format("nothing changed; {} days", report.days);
  return fmt::format("{} days; {} new, {} gone", report.days, report.added.size(),
                     report.removed.size());
}

void print_days(const Console& console, std::string_view sign, const std::vector<Holiday>& days) {
  constexpr std::size_t kListedMax = 20;
  for (std::size_t i = 0; i < std::min(days.size(), kListedMax); ++i) {
    console.out << fmt::format("  {} {} {}\n", sign, model::format_date(days[i].date),
                               escape_text(days[i].title));
  }
  if (days.size() > kListedMax) {
    console.out << fmt::format("  {} and {} more\n", sign, days.size() - kListedMax);
  }
}

void print_report(const Console& console, const feeds::RefreshReport& report) {
  const bool well = report.feed.error.empty();
  console.out << fmt::format(
      "{}: {}\n", escape_text(report.calendar),
      console.styled(well ? Style::kGood : Style::kBad, outcome_text(report)));
  print_days(console, "+", report.added);
  print_days(console, "-", report.removed);
  for (const std::string& note : report.notes) console.note(escape_text(note));
}

void write_report(api::JsonWriter& json, const feeds::RefreshReport& report) {
  json.begin_object().field("calendar", report.calendar).field("url", report.feed.url);
  json.field("error", report.feed.error).field("unchanged", report.unchanged);
  json.field("days", report.days).field("added", report.added.size());
  json.field("removed", report.removed.size()).field("fetched_at", report.feed.fetched_at);
  json.end_object();
}

/// The calendars that are to be asked for.
Result<std::vector<const CalendarView*>> wanted(const CalendarRefresh& command,
                                                preview::CalendarSet& calendars) {
  std::vector<const CalendarView*> views;
  if (!command.name.empty()) {
    const auto found = calendars.find(command.name);
    if (!found) return fail(found.error());
    if (!(*found)->feed) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("calendar '{}' has no feed", escape_text((*found)->calendar.name)),
                  "rota calendar feed NAME URL gives it one");
    }
    views.push_back(*found);
    return views;
  }
  for (const CalendarView& view : calendars.all()) {
    if (view.feed) views.push_back(&view);
  }
  if (views.empty()) {
    return fail(ErrorCode::kNotFound, "no calendar has a feed",
                "rota calendar feed england-and-wales gov.uk gives one to England's");
  }
  return views;
}

// Asks, and shows what the answers would change.
Result<int> preview_refresh(const Context& context, const CalendarDatabase& database,
                            const std::vector<const CalendarView*>& views,
                            const feeds::BankHolidayServiceAdapter& adapter, bool accept_fewer) {
  preview::CalendarSet after = database.calendars;
  for (const CalendarView* view : views) {
    auto outcome = adapter.ask(*view, accept_fewer);
    if (!outcome) continue;
    if (!outcome->feed.error.empty()) {
      return fail(ErrorCode::kFailed,
                  fmt::format("{}: {}", escape_text(view->calendar.name), outcome->feed.error),
                  "the last good days would stay");
    }
    CalendarView* changed = after.find(view->calendar.id);
    changed->feed = outcome->feed;
    if (outcome->days) preview::replace_days(*changed, "feed", std::move(*outcome->days));
  }
  return print_preview(context, database, after);
}

}  // namespace

Result<int> run_calendar(const CalendarFeedSet& command, const Context& context) {
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  if (command.remove) return remove_feed(command, context, *database);
  preview::CalendarSet& calendars = database->calendars;
  const auto found = calendars.find(command.name);
  if (!found) return fail(found.error());
  if (command.url.empty()) {
    return fail(ErrorCode::kInvalidArgument, "an address is needed",
                "for example: rota calendar feed england-and-wales gov.uk");
  }
  const CalendarFeed feed = feeds::complete_feed(
      {command.url, command.format, command.division, command.refresh_s}, (*found)->calendar);
  if (feeds::needs_division(feed)) {
    return fail(ErrorCode::kInvalidArgument, "a feed of gov.uk needs a division",
                "add --division england-and-wales, scotland or northern-ireland");
  }
  if (auto valid = model::validate_feed(feed); !valid) return fail(valid.error());
  if (command.dry_run) {
    context.console.note(
        "an address changes no day until it is asked; 'rota calendar refresh "
        "--dry-run' shows what it would change");
    return print_preview(context, *database, calendars);
  }
  const CalendarAudit audit(
      context, *database, "calendar.feed",
      {feed.calendar_id, note_text(context, (*found)->feed), note_text(context, feed)});
  if (auto saved = database->store().save_feed(feed, context.user); !saved) {
    return fail(saved.error());
  }
  return print_saved(context, *database, feed.calendar_id,
                     fmt::format("{}: days come from {}; a running server asks it now, 'rota "
                                 "calendar refresh' does without one",
                                 escape_text((*found)->calendar.name), escape_text(feed.url)));
}

Result<int> run_calendar(const CalendarRefresh& command, const Context& context) {
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  const auto views = wanted(command, database->calendars);
  if (!views) return fail(views.error());
  net::CurlHttpClientOptions options;
  options.allow_private = command.allow_private;
  const auto client = net::make_curl_http_client(options);
  const feeds::BankHolidayServiceAdapter adapter(*client, context.clock);
  if (command.dry_run) {
    return preview_refresh(context, *database, *views, adapter, command.accept_fewer);
  }
  bool all_well = true;
  api::JsonWriter json;
  json.begin_array();
  for (const CalendarView* view : *views) {
    const auto report =
        feeds::refresh(database->store(), adapter, view->calendar.id, command.accept_fewer);
    if (!report) return fail(report.error());
    const auto noted = note_calendar_change(
        context, *database, "calendar.refresh",
        {view->calendar.id, note_text(context, view->feed), note_text(context, report->feed)});
    if (!noted) return fail(noted.error());
    all_well = all_well && report->feed.error.empty();
    if (context.console.json) {
      write_report(json, *report);
    } else {
      print_report(context.console, *report);
    }
  }
  if (context.console.json) context.console.out << json.end_array().take() << '\n';
  return all_well ? 0 : error_traits(ErrorCode::kFailed).exit_code;
}

}  // namespace rota::cli
