// The bitmap is filled once: weekends first, then the dates that say something themselves.
#include "calendar/effective_calendar.h"

#include <algorithm>
#include <array>
#include <map>
#include <ranges>

#include "schedule/holiday_list.h"
#include "schedule/words.h"

namespace rota::calendar {
namespace {

unsigned weekday_index(LocalDate date) { return std::chrono::weekday{date}.c_encoding(); }

std::string weekday_name(LocalDate date) {
  std::string name(schedule::kWeekdayNames[weekday_index(date)]);
  name[0] = static_cast<char>(name[0] - 32);
  return name;
}

}  // namespace

std::string_view name_of(DaySource source) {
  constexpr std::array<std::string_view, 6> kNames = {"",     "weekend", "rule",
                                                      "feed", "import",  "hand"};
  return kNames[static_cast<std::size_t>(source)];
}

EffectiveCalendar::EffectiveCalendar(std::vector<std::string> names, std::vector<Weekend> weekends,
                                     std::vector<Entry> entries)
    : names_(std::move(names)), weekends_(std::move(weekends)), closed_(kDays / 64 + 1) {
  close_weekends({schedule::kSaturdayAndSunday});
  for (const Weekend& weekend : weekends_) close_weekends(weekend);
  std::map<LocalDate, Entry> by_date;
  for (Entry& entry : entries) {
    if (entry.date < kFirstDate || entry.date > kLastDate) continue;
    by_date.insert_or_assign(entry.date, std::move(entry));
  }
  entries_.reserve(by_date.size());
  for (auto& [date, entry] : by_date) {
    set_closed(date, entry.closed);
    entries_.push_back(std::move(entry));
  }
}

void EffectiveCalendar::close_weekends(const Weekend& weekend) {
  unsigned weekday = weekday_index(std::max(weekend.from, kFirstDate));
  const LocalDate last = std::min(weekend.until, kLastDate);
  for (LocalDate date = std::max(weekend.from, kFirstDate); date <= last;
       date += std::chrono::days{1}) {
    set_closed(date, (weekend.days >> weekday & 1) != 0);
    weekday = weekday == 6 ? 0 : weekday + 1;
  }
}

void EffectiveCalendar::set_closed(LocalDate date, bool closed) {
  const auto index = static_cast<std::size_t>(date.time_since_epoch().count());
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  std::uint64_t& word = closed_[index / 64];
  word = closed ? word | bit : word & ~bit;
}

const EffectiveCalendar::Weekend* EffectiveCalendar::weekend_of(LocalDate date) const {
  // The strongest stands last.
  for (const Weekend& weekend : weekends_ | std::views::reverse) {
    if (date >= weekend.from && date <= weekend.until) return &weekend;
  }
  return nullptr;
}

std::uint8_t EffectiveCalendar::weekend_on(LocalDate date) const {
  const Weekend* weekend = weekend_of(date);
  return weekend != nullptr ? weekend->days : schedule::kSaturdayAndSunday;
}

bool EffectiveCalendar::is_plain_working_day(LocalDate date) const {
  return (weekend_on(date) >> weekday_index(date) & 1) == 0;
}

const EffectiveCalendar::Entry* EffectiveCalendar::find(LocalDate date) const {
  const auto found = std::ranges::lower_bound(entries_, date, {}, &Entry::date);
  return found != entries_.end() && found->date == date ? &*found : nullptr;
}

DayView EffectiveCalendar::view_of(const Entry& entry) const {
  return {entry.date, !entry.closed, entry.title, names_[entry.level], entry.source};
}

DayView EffectiveCalendar::view(LocalDate date) const {
  if (const Entry* entry = find(date)) return view_of(*entry);
  if (is_plain_working_day(date)) return {date, true, {}, {}, DaySource::kNone};
  const Weekend* weekend = weekend_of(date);
  return {date, false, weekday_name(date), weekend != nullptr ? names_[weekend->level] : "",
          DaySource::kWeekend};
}

std::string EffectiveCalendar::closed_because(LocalDate date) const {
  if (is_working_day(date)) return {};
  const Entry* entry = find(date);
  if (entry == nullptr) return weekday_name(date);
  const std::string& title = entry->title.empty() ? "holiday" : entry->title;
  return entry->level == 0 ? title : title + " (" + names_[entry->level] + ")";
}

std::vector<DayView> EffectiveCalendar::named_days(LocalDate from, LocalDate until) const {
  std::vector<DayView> days;
  for (auto entry = std::ranges::lower_bound(entries_, from, {}, &Entry::date);
       entry != entries_.end() && entry->date <= until; ++entry) {
    days.push_back(view_of(*entry));
  }
  return days;
}

}  // namespace rota::calendar
