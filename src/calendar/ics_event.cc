#include "calendar/ics_event.h"

#include <fmt/format.h>

#include "schedule/civil.h"
#include "schedule/text_error.h"
#include "schedule/words.h"

namespace rota::calendar {
namespace {

using schedule::is_digit;

struct IcsDate {
  LocalDate date{};
  bool has_time = false;
};

// "20261225" or "20261225T093000Z"; only the date is looked at.
Result<IcsDate> parse_date(const IcsLine& line, std::string_view text) {
  constexpr std::size_t kDateDigits = 8;
  const auto wrong = [&] {
    return ics_error(line.number, fmt::format("{}: expected a date like 20261225, found {}",
                                              line.name, schedule::quoted(text)));
  };
  if (text.size() < kDateDigits) return wrong();
  unsigned parts[3] = {0, 0, 0};
  for (std::size_t i = 0; i < kDateDigits; ++i) {
    if (!is_digit(text[i])) return wrong();
    unsigned& part = parts[i < 4 ? 0 : i < 6 ? 1 : 2];
    part = part * 10 + static_cast<unsigned>(text[i] - '0');
  }
  const int year = static_cast<int>(parts[0]);
  if (parts[1] < 1 || parts[1] > 12) return wrong();
  if (parts[2] < 1 || parts[2] > schedule::days_in_month(year, parts[1])) return wrong();
  if (text.size() > kDateDigits && text[kDateDigits] != 'T') return wrong();
  return IcsDate{LocalDate{std::chrono::days{schedule::day_from(year, parts[1], parts[2])}},
                 text.size() > kDateDigits};
}

Result<void> add_dates(const IcsLine& line, std::vector<LocalDate>& dates) {
  std::string_view rest = line.value;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    // A period ("20260101/P1D") counts by its first day.
    const std::string_view text = rest.substr(0, comma).substr(0, rest.find('/'));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    const auto date = parse_date(line, text);
    if (!date) return fail(date.error());
    if (dates.size() == IcsEvent::kDatesMax) {
      return ics_error(line.number,
                       fmt::format("more than {} dates in {}", IcsEvent::kDatesMax, line.name));
    }
    dates.push_back(date->date);
  }
  return {};
}

// "P1D", "P2W"; what is shorter than a day counts as one.
std::optional<int> days_of_duration(std::string_view text) {
  if (text.empty() || text.front() != 'P') return std::nullopt;
  int number = 0;
  for (const char c : text.substr(1)) {
    if (is_digit(c) && number <= IcsEvent::kDaysMax) {
      number = number * 10 + (c - '0');
    } else {
      return c == 'D' ? std::max(number, 1) : c == 'W' ? number * 7 : 1;
    }
  }
  return std::nullopt;
}

Result<void> set_date(const IcsLine& line, std::optional<LocalDate>& to) {
  const auto date = parse_date(line, line.value);
  if (!date) return fail(date.error());
  to = date->date;
  return {};
}

Result<void> set_start(const IcsLine& line, IcsEvent& event) {
  const auto date = parse_date(line, line.value);
  if (!date) return fail(date.error());
  event.has_time = date->has_time;
  event.start = date->date;
  return {};
}

}  // namespace

Result<int> IcsEvent::length() const {
  auto count = static_cast<std::int64_t>(days.value_or(1));
  if (end && start) count = (*end - *start).count();
  if (count > kDaysMax) {
    return ics_error(line, fmt::format("the event '{}' lasts {} days; at most {} are read",
                                       schedule::quoted(summary), count, kDaysMax));
  }
  return static_cast<int>(std::max<std::int64_t>(count, 1));
}

Result<void> read_event_line(const IcsLine& line, IcsEvent& event) {
  constexpr std::size_t kTextMax = 1'000;
  if (line.name == "DTSTART") return set_start(line, event);
  if (line.name == "DTEND") return set_date(line, event.end);
  if (line.name == "RECURRENCE-ID") return set_date(line, event.replaces);
  if (line.name == "RDATE") return add_dates(line, event.more);
  if (line.name == "EXDATE") return add_dates(line, event.except);
  if (line.name == "DURATION") event.days = days_of_duration(line.value);
  if (line.name == "SUMMARY") event.summary = ics_text(line.value).substr(0, kTextMax);
  if (line.name == "UID") event.uid = line.value.substr(0, kTextMax);
  if (line.name == "STATUS") event.cancelled = schedule::same_word(line.value, "cancelled");
  if (line.name == "RRULE" && !event.rule.empty()) {
    return ics_error(line.number, "a second RRULE in one event", "make it two events");
  }
  if (line.name == "RRULE") {
    event.rule = line.value;
    event.rule_line = line.number;
  }
  if (line.name == "EXRULE") {
    return ics_error(line.number, "EXRULE is not read (RFC 5545 has withdrawn it)",
                     "name the dates in EXDATE");
  }
  return {};
}

}  // namespace rota::calendar
