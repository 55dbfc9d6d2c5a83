// A recurrence rule in plain English, made from its sets.
#include <fmt/format.h>

#include "schedule/rrule_parse.h"
#include "schedule/timed_words.h"

namespace rota::schedule {
namespace {

using Frequency = RruleSpec::Frequency;

std::string capital(std::string_view name) {
  std::string text(name);
  text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

std::string from_end(int number, std::string_view what) {
  return number > 0 ? fmt::format("{} {}", what, number)
                    : fmt::format("the {} {}", ordinal_words(number), what);
}

std::string numbers(const std::vector<int>& list, std::string_view what) {
  std::vector<std::string> parts;
  for (const int number : list) parts.push_back(from_end(number, what));
  return join(parts);
}

std::string month_days_words(const RruleSpec& spec) {
  std::vector<std::string> parts;
  for (int day = 1; day <= 31; ++day) {
    if ((spec.month_days >> day & 1) != 0) parts.push_back(fmt::format("day {}", day));
  }
  for (int day = 31; day >= 1; --day) {
    if ((spec.days_from_end >> day & 1) != 0) {
      parts.push_back(fmt::format("the {} day of the month", ordinal_words(-day)));
    }
  }
  return join(parts);
}

std::string weekday_words(const RruleSpec& spec) {
  std::vector<std::string> parts;
  for (unsigned i = 1; i <= 7; ++i) {
    if ((spec.weekdays >> (i % 7) & 1) != 0) parts.push_back(capital(kWeekdayNames[i % 7]));
  }
  for (const auto& wanted : spec.nth_weekdays) {
    parts.push_back(fmt::format("the {} {}", ordinal_words(wanted.nth),
                                capital(kWeekdayNames[wanted.weekday])));
  }
  return join(parts);
}

std::string month_words(const RruleSpec& spec) {
  std::vector<std::string> parts;
  for (unsigned month = 1; month <= 12; ++month) {
    if ((spec.months >> month & 1) != 0) parts.push_back(capital(kMonthNames[month - 1]));
  }
  return parts.size() == 12 ? std::string() : join(parts);
}

std::string time_words(const RruleTimes& times) {
  constexpr std::int32_t kNamed = 6;
  if (times.size() > kNamed) return fmt::format("at {} times of the day", times.size());
  std::vector<std::string> parts;
  for (std::int32_t i = 0; i < times.size(); ++i) {
    parts.push_back(format_time_of_day(Micros{times.at(i)} * kSecondUs));
  }
  return parts.empty() ? "at no time" : "at " + join(parts);
}

}  // namespace

std::string describe_rrule(const ParsedRrule& rule) {
  constexpr std::string_view kUnits[] = {"day", "week", "month", "year"};
  const RruleSpec& spec = rule.spec;
  const std::string_view unit = kUnits[static_cast<std::size_t>(spec.frequency)];
  std::string text = spec.interval == 1 ? fmt::format("Every {}", unit)
                                        : fmt::format("Every {} {}s", spec.interval, unit);
  std::vector<std::string> days;
  for (std::string part : {month_days_words(spec), weekday_words(spec)}) {
    if (!part.empty()) days.push_back(std::move(part));
  }
  if (!days.empty())
    text += " on " + (days.size() == 2 ? days[0] + " if it is " + days[1] : days[0]);
  if (!spec.year_days.empty()) text += ", on " + numbers(spec.year_days, "day of the year");
  if (!spec.weeks.empty()) text += ", in " + numbers(spec.weeks, "week");
  if (const std::string months = month_words(spec); !months.empty()) text += ", in " + months;
  text += " " + time_words(spec.times);
  if (!spec.positions.empty() && spec.times.picked.empty()) {
    std::vector<std::string> parts;
    for (const int position : spec.positions) parts.push_back(ordinal_words(position));
    text += fmt::format(", of these the {} in each {}", join(parts), unit);
  }
  if (rule.count) {
    text += fmt::format(", {} time{}", *rule.count, *rule.count == 1 ? "" : "s");
  } else if (spec.last != kNever) {
    text += ", until " + format_local(spec.last);
  }
  return text;
}

}  // namespace rota::schedule
