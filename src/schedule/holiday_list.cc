// Sorted once, then found by halving.
#include "schedule/holiday_list.h"

#include <algorithm>
#include <map>

#include "schedule/civil.h"
#include "schedule/text_error.h"
#include "schedule/words.h"

namespace rota {

const WorkingCalendar& weekdays_calendar() {
  static const schedule::HolidayList kWeekdays({});
  return kWeekdays;
}

namespace schedule {
namespace {

Day number_of(LocalDate date) { return static_cast<Day>(date.time_since_epoch().count()); }

}  // namespace

HolidayList::HolidayList(const std::vector<Holiday>& holidays, std::uint8_t weekend)
    : weekend_(weekend) {
  std::map<LocalDate, std::string> by_date;
  for (const Holiday& holiday : holidays) by_date.try_emplace(holiday.date, holiday.title);
  holidays_.reserve(by_date.size());
  for (auto& [date, title] : by_date) holidays_.push_back({date, std::move(title)});
}

bool HolidayList::is_weekend(LocalDate date) const {
  return (weekend_ >> weekday_of(number_of(date)) & 1) != 0;
}

const Holiday* HolidayList::find(LocalDate date) const {
  const auto found = std::ranges::lower_bound(holidays_, date, {}, &Holiday::date);
  return found != holidays_.end() && found->date == date ? &*found : nullptr;
}

bool HolidayList::is_working_day(LocalDate date) const {
  return !is_weekend(date) && find(date) == nullptr;
}

std::string HolidayList::closed_because(LocalDate date) const {
  if (const Holiday* holiday = find(date)) {
    return holiday->title.empty() ? "holiday" : holiday->title;
  }
  if (!is_weekend(date)) return {};
  std::string name(kWeekdayNames[weekday_of(number_of(date))]);
  name[0] = static_cast<char>(name[0] - 32);
  return name;
}

Result<LocalDate> parse_local_date(std::string_view text) {
  const auto wrong = [&](std::size_t at) {
    return text_error(at, "expected a date, found " + quoted(text), "write it like 2026-12-25");
  };
  if (text.size() != 10) return wrong(0);
  unsigned parts[3] = {0, 0, 0};
  std::size_t part = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : !is_digit(text[i])) return wrong(i);
    if (dash) {
      ++part;
    } else {
      parts[part] = parts[part] * 10 + static_cast<unsigned>(text[i] - '0');
    }
  }
  const int year = static_cast<int>(parts[0]);
  if (parts[1] < 1 || parts[1] > 12) return wrong(5);
  if (parts[2] < 1 || parts[2] > days_in_month(year, parts[1])) return wrong(8);
  return LocalDate{std::chrono::days{day_from(year, parts[1], parts[2])}};
}

}  // namespace schedule
}  // namespace rota
