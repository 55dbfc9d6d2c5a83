// `rota calendar list`, `show` and `diff`: what stands, and where it comes from.
#include <fmt/format.h>

#include <array>

#include "api/json_writer.h"
#include "calendar/build.h"
#include "calendar/feed_difference.h"
#include "calendar/weekend.h"
#include "cli/calendar_commands.h"
#include "cli/table.h"
#include "cli/text.h"
#include "feeds/freshness.h"
#include "model/calendar_validation.h"

namespace rota::cli {
namespace {

using calendar::DayView;
using model::format_date;

constexpr std::array<const char*, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

const char* weekday_of(LocalDate date) {
  return kWeekdays[std::chrono::weekday{date}.c_encoding()];
}

LocalDate date_in(int year, unsigned month, unsigned day) {
  return LocalDate{std::chrono::local_days{std::chrono::year_month_day{
      std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}}};
}

int year_of(Instant now) {
  return int{std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)}.year()};
}

std::string name_of_parent(const preview::CalendarSet& calendars, const Calendar& one) {
  const CalendarView* parent = one.parent_id ? calendars.find(*one.parent_id) : nullptr;
  return parent == nullptr ? "" : parent->calendar.name;
}

std::string rule_of(const preview::CalendarSet& calendars, const CalendarView& view) {
  return std::string(calendar::rule_of(calendars.chain(view.calendar.id)));
}

int working_days_in(const WorkingCalendar& days, int year) {
  int count = 0;
  for (LocalDate date = date_in(year, 1, 1); date <= date_in(year, 12, 31);
       date += std::chrono::days{1}) {
    count += days.is_working_day(date) ? 1 : 0;
  }
  return count;
}

void write_date(api::JsonWriter& json, std::string_view name,
                const std::optional<LocalDate>& date) {
  json.key(name);
  date ? json.value(format_date(*date)) : json.null();
}

void write_feed(api::JsonWriter& json, const CalendarFeed& feed, Instant now) {
  json.key("feed").begin_object();
  json.field("url", feed.url).field("format", feed.format).field("division", feed.division);
  json.field("refresh_s", feed.refresh_s).field("etag", feed.etag);
  json.field("fetched_at", feed.fetched_at).field("checked_at", feed.checked_at);
  write_date(json, "covers_from", feed.covers_from);
  write_date(json, "covers_until", feed.covers_until);
  json.field("error", feed.error).field("warning", feeds::warning_of(feed, now)).end_object();
}

void write_day(api::JsonWriter& json, const DayView& day) {
  json.begin_object()
      .field("date", format_date(day.date))
      .field("weekday", weekday_of(day.date))
      .field("title", day.title)
      .field("working", day.working)
      .field("source", calendar::name_of(day.source))
      .field("calendar", day.calendar)
      .end_object();
}

std::string feed_text(const CalendarFeed& feed, Instant now) {
  std::string text = fmt::format("{} ({}{}{})", escape_text(feed.url), feed.format,
                                 feed.division.empty() ? "" : ", ", escape_text(feed.division));
  if (feed.fetched_at) {
    text +=
        fmt::format("\nfetched {}, {} ago", format_utc(*feed.fetched_at), feeds::age_of(feed, now));
  } else {
    text += "\nnot fetched yet; 'rota calendar refresh' or a running server does";
  }
  if (feed.covers_from && feed.covers_until) {
    text += fmt::format("; covers {} to {}", format_date(*feed.covers_from),
                        format_date(*feed.covers_until));
  }
  return text;
}

void print_head(const Context& context, const preview::CalendarSet& calendars,
                const CalendarView& view, const calendar::EffectiveCalendar& days, int year) {
  const Calendar& one = view.calendar;
  const Instant now = context.clock.now();
  const std::string weekend = calendar::format_weekend(days.weekend_on(date_in(year, 7, 1)));
  std::vector<std::pair<std::string, Cell>> pairs = {{"calendar", {one.name, Style::kStrong}}};
  if (!one.description.empty()) pairs.push_back({"description", {one.description}});
  if (one.parent_id) pairs.push_back({"stands on", {name_of_parent(calendars, one)}});
  pairs.push_back({"weekend",
                   {(weekend.empty() ? "none" : weekend) +
                    (one.weekend || !one.parent_id ? "" : " (the parent's)")}});
  if (!one.rule.empty()) pairs.push_back({"rule", {one.rule + " (computed, 1970 to 2099)"}});
  if (one.valid_from) pairs.push_back({"valid from", {format_date(*one.valid_from)}});
  if (one.valid_until) pairs.push_back({"valid until", {format_date(*one.valid_until)}});
  if (view.feed) pairs.push_back({"feed", {feed_text(*view.feed, now)}});
  if (calendars.default_id() == one.id)
    pairs.push_back({"default", {"tasks that name no calendar follow it"}});
  print_pairs(context.console, pairs);
  const auto warn = [&](const std::string& text) {
    context.console.out << context.console.styled(Style::kWarning, "warning: ") << escape_text(text)
                        << '\n';
  };
  if (view.feed) {
    if (const auto text = feeds::warning_of(*view.feed, now); !text.empty())
      warn("the feed: " + text);
    const auto differences = calendar::compare_feed(view, rule_of(calendars, view));
    if (!differences.empty()) {
      warn(
          fmt::format("{} days of the feed differ from the computed ones; 'rota calendar diff' "
                      "lists them",
                      differences.size()));
    }
  }
  for (const std::string& problem : calendar::problems(calendars.chain(one.id))) warn(problem);
}

}  // namespace

std::string calendar_json(const preview::CalendarSet& calendars, const CalendarView& view,
                          Instant now, std::optional<int> year) {
  const Calendar& one = view.calendar;
  const auto days = calendars.effective(one.id);
  api::JsonWriter json;
  // A shipped calendar that no database holds yet has no id.
  const auto id = one.id.value > 0 ? std::optional(one.id.value) : std::nullopt;
  json.begin_object().field("id", id).field("name", one.name);
  json.field("description", one.description).field("parent", name_of_parent(calendars, one));
  json.field("weekend", one.weekend);
  json.field(
      "effective_weekend",
      calendar::format_weekend(days->weekend_on(date_in(year.value_or(year_of(now)), 7, 1))));
  json.field("rule", one.rule);
  write_date(json, "valid_from", one.valid_from);
  write_date(json, "valid_until", one.valid_until);
  json.field("default", calendars.default_id() == one.id).field("version", one.version);
  if (view.feed) write_feed(json, *view.feed, now);
  json.key("problems").begin_array();
  for (const std::string& problem : calendar::problems(calendars.chain(one.id)))
    json.value(problem);
  json.end_array();
  if (year) {
    json.field("year", *year).field("working_days", working_days_in(*days, *year));
    json.key("days").begin_array();
    for (const DayView& day : days->named_days(date_in(*year, 1, 1), date_in(*year, 12, 31))) {
      write_day(json, day);
    }
    json.end_array();
  }
  return json.end_object().take();
}

Result<int> run_calendar(const CalendarList&, const Context& context) {
  const auto read = read_calendars(context);
  if (!read) return fail(read.error());
  const preview::CalendarSet& calendars = *read;
  const Instant now = context.clock.now();
  if (context.console.json) {
    std::string text;
    for (const CalendarView& view : calendars.all()) {
      text += (text.empty() ? "" : ",\n ") + calendar_json(calendars, view, now, std::nullopt);
    }
    context.console.out << "[" << text << "]\n";
    return 0;
  }
  Table table({{"NAME"},
               {"STANDS ON"},
               {"WEEKEND"},
               {"RULE"},
               {"DAYS", Align::kRight},
               {"FEED", Align::kLeft, true}});
  for (const CalendarView& view : calendars.all()) {
    const Calendar& one = view.calendar;
    const std::string warning = view.feed ? feeds::warning_of(*view.feed, now) : "";
    const std::string feed = !view.feed        ? ""
                             : warning.empty() ? feeds::age_of(*view.feed, now) + " old"
                                               : "warning: " + warning;
    table.add({{one.name + (calendars.default_id() == one.id ? " (default)" : ""), Style::kStrong},
               {name_of_parent(calendars, one)},
               {!one.weekend           ? ""
                : one.weekend->empty() ? "none"
                                       : *one.weekend},
               {one.rule},
               {std::to_string(view.holidays.size())},
               {feed, warning.empty() ? Style::kPlain : Style::kWarning}});
  }
  table.print(context.console);
  return 0;
}

Result<int> run_calendar(const CalendarShow& command, const Context& context) {
  auto calendars = read_calendars(context);
  if (!calendars) return fail(calendars.error());
  const auto view = calendars->find(command.name);
  if (!view) return fail(view.error());
  const int year = command.year.value_or(year_of(context.clock.now()));
  if (context.console.json) {
    context.console.out << calendar_json(*calendars, **view, context.clock.now(), year) << '\n';
    return 0;
  }
  const auto days = calendars->effective((*view)->calendar.id);
  print_head(context, *calendars, **view, *days, year);
  const auto named = days->named_days(date_in(year, 1, 1), date_in(year, 12, 31));
  context.console.out << fmt::format("\n{}: {} working days\n", year, working_days_in(*days, year));
  Table table({{"DATE"}, {"DAY"}, {"WHAT", Align::kLeft, true}, {"FROM"}, {"CALENDAR"}});
  for (const DayView& day : named) {
    table.add({{format_date(day.date)},
               {weekday_of(day.date), Style::kDim},
               {(day.working ? "working day: " : "") + day.title},
               {std::string(calendar::name_of(day.source)), Style::kDim},
               {day.calendar, Style::kDim}});
  }
  table.print(context.console);
  return 0;
}

Result<int> run_calendar(const CalendarDiff& command, const Context& context) {
  auto database = open_calendars(context);
  if (!database) return fail(database.error());
  const auto view = database->calendars.find(command.name);
  if (!view) return fail(view.error());
  const std::string rule = rule_of(database->calendars, **view);
  if (!(*view)->feed || !(*view)->feed->fetched_at || rule.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("calendar '{}' has {}", escape_text((*view)->calendar.name),
                            rule.empty() ? "no computed days to compare with"
                                         : "no days from a feed to compare"),
                rule.empty() ? "give it a rule, or a parent with one"
                             : "rota calendar feed NAME URL, then rota calendar refresh NAME");
  }
  const auto found = calendar::compare_feed(**view, rule);
  if (context.console.json) {
    api::JsonWriter json;
    json.begin_array();
    for (const auto& one : found) {
      json.begin_object()
          .field("date", format_date(one.date))
          .field("feed", one.feed_title)
          .field("computed", one.computed_title)
          .end_object();
    }
    context.console.out << json.end_array().take() << '\n';
    return 0;
  }
  if (found.empty()) {
    context.console.out << fmt::format("the feed and the computed days agree from {} to {}\n",
                                       format_date(*(*view)->feed->covers_from),
                                       format_date(*(*view)->feed->covers_until));
    return 0;
  }
  Table table({{"DATE"}, {"FEED", Align::kLeft, true}, {"COMPUTED", Align::kLeft, true}});
  for (const auto& one : found) {
    table.add({{format_date(one.date)},
               {one.feed_title.empty() ? "-" : one.feed_title},
               {one.computed_title.empty() ? "-" : one.computed_title}});
  }
  table.print(context.console);
  return 0;
}

}  // namespace rota::cli
