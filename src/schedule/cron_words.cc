// The sentences are made from the sets, not from the text, so "1-5", "MON-FRI" and "1,2,3,4,5" read
// the same. First the time of day, then the days, then months and years.
#include "schedule/cron_words.h"

#include <fmt/format.h>

#include <functional>

#include "schedule/clock_notes.h"
#include "schedule/timed_words.h"
#include "schedule/words.h"
#include "schedule/working_day_slots.h"

namespace rota::schedule {
namespace {

using Bits = std::uint64_t;
using Namer = std::function<std::string(unsigned)>;

std::string capital(std::string_view name) {
  std::string text(name);
  text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string number(unsigned value) { return std::to_string(value); }
std::string weekday_name(unsigned weekday) { return capital(kWeekdayNames[weekday]); }
std::string month_name(unsigned month) { return capital(kMonthNames[month - 1]); }

std::string ordinal(unsigned value) { return short_ordinal(static_cast<int>(value)); }

std::string join(const std::vector<std::string>& parts, std::string_view last = " and ") {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += i + 1 == parts.size() ? last : std::string_view(", ");
    text += parts[i];
  }
  return text;
}

constexpr Bits run_of(unsigned low, unsigned high) {
  return (high >= 63 ? ~Bits{0} : (Bits{1} << (high + 1)) - 1) & ~((Bits{1} << low) - 1);
}

// "1, 5 to 9 and 12".
std::string list(Bits bits, const Namer& name) {
  std::vector<std::string> parts;
  for (unsigned i = 0; i < 64; ++i) {
    if ((bits >> i & 1) == 0) continue;
    unsigned end = i;
    while (end < 63 && (bits >> (end + 1) & 1) != 0) ++end;
    if (end - i >= 2) {
      parts.push_back(name(i) + " to " + name(end));
    } else {
      for (unsigned v = i; v <= end; ++v) parts.push_back(name(v));
    }
    i = end;
  }
  return join(parts);
}

// The step of "every n": from 0 to the end of the field; 0 when the set is not such.
unsigned step_of(Bits bits, unsigned size) {
  if ((bits & 1) == 0 || std::popcount(bits) < 2) return 0;
  const auto step = static_cast<unsigned>(std::countr_zero(bits & ~Bits{1}));
  Bits wanted = 0;
  for (unsigned v = 0; v < size; v += step) wanted |= Bits{1} << v;
  return wanted == bits ? step : 0;
}

bool is_run(Bits bits) {
  return bits != 0 && bits == run_of(static_cast<unsigned>(std::countr_zero(bits)),
                                     static_cast<unsigned>(63 - std::countl_zero(bits)));
}

bool every_minute(const CronSpec& spec) { return spec.minutes == run_of(0, 59); }
bool every_hour(const CronSpec& spec) { return spec.hours == run_of(0, 23); }

std::string seconds_words(const CronSpec& spec) {
  if (const unsigned step = step_of(spec.seconds, 60); step == 1)
    return "every second";
  else if (step != 0)
    return fmt::format("every {} seconds", step);
  const bool one = std::popcount(spec.seconds) == 1;
  return fmt::format("at second{} {}", one ? "" : "s", list(spec.seconds, number));
}

std::string hours_words(const CronSpec& spec) {
  if (every_hour(spec)) return {};
  if (const unsigned step = step_of(spec.hours, 24); step != 0) {
    return fmt::format("in every {} hour", ordinal(step));
  }
  if (is_run(spec.hours)) {
    return fmt::format("between {:02}:00 and {:02}:59", std::countr_zero(spec.hours),
                       31 - std::countl_zero(spec.hours));
  }
  return "in the hours " + list(spec.hours, number);
}

// "09:30", "09:30 and 17:30": where there are few enough to name each.
std::string times_words(const CronSpec& spec) {
  constexpr int kTimesMax = 6;
  const int times =
      std::popcount(spec.seconds) * std::popcount(spec.minutes) * std::popcount(spec.hours);
  if (times > kTimesMax) return {};
  std::vector<std::string> parts;
  for (unsigned s = 0; s < 86'400; ++s) {
    const unsigned hour = s / 3600;
    const unsigned minute = s / 60 % 60;
    if ((spec.hours >> hour & 1) == 0) {
      s += 3599;
    } else if ((spec.minutes >> minute & 1) == 0) {
      s += 59;
    } else if ((spec.seconds >> (s % 60) & 1) != 0) {
      parts.push_back(format_time_of_day(Micros{s} * kSecondUs));
    }
  }
  return "at " + join(parts);
}

std::string minutes_words(const CronSpec& spec) {
  if (every_minute(spec)) return "every minute";
  if (const unsigned step = step_of(spec.minutes, 60); step != 0) {
    return fmt::format("every {} minutes", step);
  }
  if (spec.minutes == 1) return every_hour(spec) ? "every hour" : "on the hour";
  const bool one = std::popcount(spec.minutes) == 1;
  return fmt::format("at minute{} {} past {}", one ? "" : "s", list(spec.minutes, number),
                     every_hour(spec) ? "every hour" : "the hour");
}

std::string time_words(const CronSpec& spec) {
  if (std::string text = times_words(spec); !text.empty()) return text;
  std::string text;
  if (spec.seconds == 1) {
    text = minutes_words(spec);
  } else if (every_minute(spec)) {
    text = seconds_words(spec);
  } else {
    text = seconds_words(spec) + " of " + minutes_words(spec);
  }
  if (const std::string hours = hours_words(spec); !hours.empty()) text += ", " + hours;
  return text;
}

// "first, third and last".
std::string working_days_words(const CronSpec& spec) {
  std::vector<std::string> parts;
  for (int n = 1; n <= 31; ++n) {
    if ((spec.working_days >> n & 1) != 0) parts.push_back(ordinal_words(n));
  }
  for (int n = 30; n >= 0; --n) {
    if ((spec.working_days_before_last >> n & 1) != 0) parts.push_back(ordinal_words(-1 - n));
  }
  return join(parts);
}

std::string day_of_month_words(const CronSpec& spec) {
  std::vector<std::string> parts;
  if (spec.days != 0) {
    const bool one = std::popcount(spec.days) == 1;
    parts.push_back(
        fmt::format("on day{} {} of the month", one ? "" : "s", list(spec.days, number)));
  }
  for (unsigned n = 0; n <= 30; ++n) {
    if ((spec.days_before_last >> n & 1) == 0) continue;
    parts.push_back(
        n == 0 ? "on the last day of the month"
               : fmt::format("{} day{} before the last of the month", n, n == 1 ? "" : "s"));
  }
  for (unsigned n = 1; n <= 31; ++n) {
    if ((spec.nearest_weekdays >> n & 1) == 0) continue;
    parts.push_back(fmt::format("on the weekday nearest to the {}", ordinal(n)));
  }
  if (spec.last_weekday_of_month) parts.emplace_back("on the last weekday of the month");
  if (spec.counts_working_days()) {
    parts.push_back(fmt::format("on the {} working day of the month", working_days_words(spec)));
  }
  return join(parts, " and ");
}

std::string weekdays_words(const CronSpec& spec) {
  constexpr std::string_view kNth[] = {"first", "second", "third", "fourth", "fifth"};
  std::vector<std::string> parts;
  if (spec.weekdays == 0b1000001) {
    parts.emplace_back("Saturday and Sunday");
  } else if (spec.weekdays != 0) {
    // Sunday stands last for people.
    const Bits from_monday = spec.weekdays >> 1 | (spec.weekdays & 1U) << 6;
    parts.push_back(list(from_monday, [](unsigned i) { return weekday_name((i + 1) % 7); }));
  }
  for (std::size_t n = 0; n < std::size(kNth); ++n) {
    if (spec.nth_weekday[n] == 0) continue;
    parts.push_back(
        fmt::format("the {} {} of the month", kNth[n], list(spec.nth_weekday[n], weekday_name)));
  }
  if (spec.last_of_weekday != 0) {
    parts.push_back(
        fmt::format("the last {} of the month", list(spec.last_of_weekday, weekday_name)));
  }
  return join(parts);
}

bool all_days(const CronSpec& spec) { return spec.days == (run_of(1, 31) & 0xffffffff); }
bool all_weekdays(const CronSpec& spec) { return spec.weekdays == 0x7f; }

std::string days_words(const CronSpec& spec) {
  if (spec.any_day || spec.any_weekday) {
    std::vector<std::string> parts;
    if (!all_days(spec)) parts.push_back(day_of_month_words(spec));
    if (!all_weekdays(spec)) parts.push_back(weekdays_words(spec));
    return join(parts, " if it is also ");
  }
  if (all_days(spec) || all_weekdays(spec)) return {};
  return day_of_month_words(spec) + " or on " + weekdays_words(spec);
}

std::string years_words(const CronSpec& spec) {
  std::vector<std::string> parts;
  for (int year = kCronYearFirst; year <= kCronYearLast; ++year) {
    if (!spec.has_year(year)) continue;
    int end = year;
    while (end < kCronYearLast && spec.has_year(end + 1)) ++end;
    parts.push_back(end == year ? std::to_string(year) : fmt::format("{} to {}", year, end));
    year = end;
  }
  constexpr std::size_t kPartsMax = 8;
  if (parts.size() > kPartsMax) {
    return fmt::format("in {} and {} more years up to {}", parts[0], parts.size() - 1,
                       parts.back());
  }
  return "in " + join(parts);
}

void uneven_step(Bits bits, unsigned size, std::string_view unit, std::string_view larger,
                 std::vector<std::string>& hints) {
  const unsigned step = step_of(bits, size);
  if (step == 0 || size % step == 0) return;
  hints.push_back(
      fmt::format("{} does not divide by {}: after the last {} of each {} the next comes "
                  "{} {}s later",
                  size, step, unit, larger, size % step, unit));
}

// By CronFieldKind. A field without a larger unit, or whose steps no period can say, has none.
struct FieldWords {
  std::string_view name;
  std::string_view value;
  std::string_view larger;
  std::string_view unit;
};
constexpr FieldWords kFieldWords[] = {{"second", "second", "minute", "seconds"},
                                      {"minute", "minute", "hour", "minutes"},
                                      {"hour", "hour", "day", "hours"},
                                      {"day of month", "day", "month", "days"},
                                      {"month", "month", "year", "months"},
                                      {"day of week", "", "week", ""},
                                      {"year", "year", "", ""}};

void wide_steps(const CronSpec& spec, std::vector<std::string>& hints) {
  for (std::size_t field = 0; field < spec.wide_steps.size(); ++field) {
    const WideStep& wide = spec.wide_steps[field];
    if (wide.step == 0) continue;
    const FieldWords& words = kFieldWords[field];
    std::string hint =
        fmt::format("a step of {} is larger than {}, so it means {}{}{}", wide.step,
                    wide.whole_field ? fmt::format("the {} field", words.name) : "its range",
                    words.value.empty() ? weekday_name(wide.first % 7)
                                        : fmt::format("{} {}", words.value, wide.first),
                    words.larger.empty() ? " alone" : " of every ", words.larger);
    if (wide.whole_field && !words.unit.empty()) {
      hint += fmt::format("; for every {0} {1} write '{0} {1}'", wide.step, words.unit);
    }
    hints.push_back(std::move(hint));
  }
}

}  // namespace

std::string describe_cron(const CronSpec& spec) {
  std::string text = time_words(spec);
  if (const std::string days = days_words(spec); !days.empty()) text += ", " + days;
  if (spec.months != run_of(1, 12)) text += ", in " + list(spec.months, month_name);
  if (!spec.any_year) text += ", " + years_words(spec);
  text[0] = static_cast<char>(text[0] - 32);
  return text;
}

void explain_working_day(const CronSpec& spec, Day day, std::vector<std::string>& notes) {
  const Date date = date_of(day);
  if ((spec.working_days_of(date.year, date.month) >> date.day & 1) == 0) return;
  const Day first = day_from(date.year, date.month, 1);
  const Day behind = first + static_cast<Day>(days_in_month(date.year, date.month));
  const auto open_days = [&](Day from, Day until) {
    int open = 0;
    for (Day at = from; at < until; ++at) open += spec.dates->is_working(at) ? 1 : 0;
    return open;
  };
  const int nth = open_days(first, day) + 1;
  const bool forward = (spec.working_days >> nth & 1) != 0;
  std::string note = fmt::format("the {} working day of the month",
                                 ordinal_words(forward ? nth : -1 - open_days(day + 1, behind)));
  note_closed_dates(*spec.dates, forward ? first : day + 1, forward ? day : behind,
                    forward ? "before" : "after", note);
  notes.push_back(std::move(note));
}

void cron_pitfalls(const CronSpec& spec, const Zone& zone, ClockChangeRule rule, Micros from,
                   std::vector<std::string>& hints) {
  const bool days = !all_days(spec);
  const bool weekdays = !all_weekdays(spec);
  if (!spec.any_day && !spec.any_weekday && days && weekdays) {
    hints.emplace_back(
        "day of month and day of week are both given: a day that matches either one runs");
  } else if (days && weekdays) {
    hints.emplace_back(
        "day of month and day of week are both given and one starts with '*': only days that match "
        "both run");
  }
  if (every_minute(spec) && !every_hour(spec)) {
    hints.emplace_back("the minute is '*': it runs every minute of the hour; write 0 for once");
  }
  wide_steps(spec, hints);
  uneven_step(spec.minutes, 60, "minute", "hour", hints);
  uneven_step(spec.hours, 24, "hour", "day", hints);
  if (spec.days != 0 && (spec.days & run_of(1, 28)) == 0 && !weekdays) {
    hints.emplace_back("months without such a day are left out; L is the last day of every month");
  }
  if (spec.dates != nullptr && spec.next_local(from, kSearchEnd) == kNever) {
    hints.emplace_back("it never runs: the calendar has no such working day in the coming years");
  } else if (spec.is_impossible()) {
    hints.emplace_back("no year has a date that matches: it never runs");
  } else {
    clock_change_pitfall(spec, zone, rule, from, hints);
  }
}

}  // namespace rota::schedule
