#include "calendar/ics_recurrence.h"

#include <fmt/format.h>
#include <libical/ical.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "calendar/parsed_days.h"
#include "schedule/civil.h"
#include "schedule/text_error.h"
#include "schedule/words.h"

namespace rota::calendar {
namespace {

constexpr std::array<std::string_view, 4> kFrequencies = {"daily", "weekly", "monthly", "yearly"};
constexpr std::array<std::string_view, 11> kParts = {
    "freq",      "until",    "count",   "interval", "byday", "bymonthday",
    "byyearday", "byweekno", "bymonth", "bysetpos", "wkst"};

icaltimetype to_ical(LocalDate date) {
  const std::chrono::year_month_day ymd{date};
  icaltimetype time{};
  time.is_date = 1;
  time.year = int{ymd.year()};
  time.month = static_cast<int>(unsigned{ymd.month()});
  time.day = static_cast<int>(unsigned{ymd.day()});
  return time;
}

LocalDate from_ical(const icaltimetype& time) {
  return LocalDate{std::chrono::days{schedule::day_from(
      time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day))}};
}

int year_of(LocalDate date) { return int{std::chrono::year_month_day{date}.year()}; }

// One part of a rule, "FREQ=YEARLY"; what libical must not be asked is refused here.
Result<void> check_part(const IcsEvent& event, std::string_view part) {
  const std::size_t equals = part.find('=');
  const std::string_view name = part.substr(0, equals);
  const auto is_word = [&](std::string_view word) { return schedule::same_word(name, word); };
  if (equals == std::string_view::npos || std::ranges::none_of(kParts, is_word)) {
    return ics_error(event.rule_line,
                     fmt::format("RRULE: {} is not read here", schedule::quoted(part)),
                     "a closed date repeats by days, weeks, months or years");
  }
  const std::string_view value = part.substr(equals + 1);
  const auto is_value = [&](std::string_view word) { return schedule::same_word(value, word); };
  if (is_word("freq") && std::ranges::none_of(kFrequencies, is_value)) {
    return ics_error(event.rule_line,
                     fmt::format("RRULE: FREQ={} is refused; DAILY, WEEKLY, MONTHLY and YEARLY "
                                 "are read",
                                 schedule::quoted(value)),
                     "a calendar says which dates are closed; use a schedule for times of day");
  }
  return {};
}

Result<icalrecurrencetype> parse_rule(const IcsEvent& event) {
  constexpr std::size_t kRuleMax = 500;
  if (event.rule.size() > kRuleMax) {
    return ics_error(event.rule_line, fmt::format("RRULE: longer than {} bytes", kRuleMax));
  }
  std::string_view rest = event.rule;
  while (!rest.empty()) {
    const std::size_t end = rest.find(';');
    if (auto checked = check_part(event, rest.substr(0, end)); !checked) {
      return fail(checked.error());
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  icalrecurrencetype rule = icalrecurrencetype_from_string(event.rule.c_str());
  const bool understood = rule.freq >= ICAL_DAILY_RECURRENCE && rule.freq <= ICAL_YEARLY_RECURRENCE;
  if (!understood || rule.interval < 1 || rule.count < 0) {
    return ics_error(event.rule_line,
                     fmt::format("RRULE: {} is not understood", schedule::quoted(event.rule)),
                     "write it like FREQ=YEARLY;BYMONTH=5;BYDAY=1MO");
  }
  if (rule.freq != ICAL_YEARLY_RECURRENCE && year_of(*event.start) < kRuleFirstYear) {
    return ics_error(event.rule_line,
                     fmt::format("RRULE: {} begins before {}; only yearly rules may",
                                 schedule::quoted(event.rule), kRuleFirstYear),
                     "let the event begin later: dates before 1970 are not kept");
  }
  const icaltimetype last = to_ical(LocalDate{std::chrono::local_days{
      std::chrono::year{DayCollector::kLastYear} / std::chrono::December / 31}});
  if (icaltime_is_null_time(rule.until) != 0 || icaltime_compare(rule.until, last) > 0) {
    rule.until = last;
  }
  return rule;
}

struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};

Result<void> add_repetitions(const IcsEvent& event, IcsEffort& effort,
                             std::vector<LocalDate>& dates) {
  effort.add_rule();
  const auto rule = parse_rule(event);
  if (!rule) return fail(rule.error());
  const std::unique_ptr<icalrecur_iterator, FreeIterator> iterator(
      icalrecur_iterator_new(*rule, to_ical(*event.start)));
  std::size_t count = 0;
  while (iterator) {
    const icaltimetype time = icalrecur_iterator_next(iterator.get());
    // Its first step may be long, each of the others is short.
    if (count == 0 ? effort.is_up() : effort.is_up_after_step()) {
      return ics_time_is_up(event, effort);
    }
    if (icaltime_is_null_time(time) != 0 || time.year > DayCollector::kLastYear) break;
    if (++count > kRuleDatesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("line {} of the calendar: the rule gives more than {} dates",
                              event.rule_line, kRuleDatesMax),
                  "add UNTIL or COUNT; for every weekend, set the calendar's weekend instead");
    }
    if (!effort.add_rule_date()) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("line {} of the calendar: its rules give more than {} dates together",
                              event.rule_line, kAllRuleDatesMax),
                  "add UNTIL or COUNT to the rules, or split the calendar");
    }
    dates.push_back(from_ical(time));
  }
  if (count == 0) {
    return ics_error(event.rule_line,
                     fmt::format("RRULE: {} gives no date at all", schedule::quoted(event.rule)),
                     "look for a date that no year has, like 31 February");
  }
  return {};
}

}  // namespace

tl::unexpected<Error> ics_time_is_up(const IcsEvent& event, const IcsEffort& effort) {
  const std::string at =
      event.rule.empty()
          ? fmt::format("line {} of the calendar: ", event.line)
          : fmt::format("line {} of the calendar: at the rule {}, its number {}, ", event.rule_line,
                        schedule::quoted(event.rule), effort.rules());
  return fail(ErrorCode::kLimitExceeded,
              at + "the processor time for reading a calendar is used up",
              "name the dates instead of complicated rules, or split the calendar");
}

Result<std::vector<LocalDate>> starts_of(const IcsEvent& event, IcsEffort& effort) {
  std::vector<LocalDate> dates = event.more;
  dates.push_back(*event.start);
  if (!event.rule.empty()) {
    if (auto added = add_repetitions(event, effort, dates); !added) return fail(added.error());
  }
  std::vector<LocalDate> except = event.except;
  std::ranges::sort(except);
  std::erase_if(dates, [&](LocalDate date) { return std::ranges::binary_search(except, date); });
  std::ranges::sort(dates);
  dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
  return dates;
}

}  // namespace rota::calendar
